import { expect, test } from 'vitest';
import { receive } from '#delivery/receiver.fixture.ts';
import { createInstances } from '#operations/instances/create.ts';
import { work } from './executors.fixture.ts';

const CROWD = 10_000;

test('ten thousand status requests that are due at once keep no script waiting', async () => {
  const held: (() => void)[] = [];
  const server = await receive((_, response) => held.push(() => response.end('{}')));
  const world = await work({
    dag: 'a, s',
    nodes: {
      a: {
        type: 'http',
        submit: { url: server.url },
        status: { url: server.url, succeededWhen: 'response.body.done', timeoutSeconds: 300 },
      },
      s: { type: 'script', script: 'return 1' },
    },
  });
  for (let made = 0; made < CROWD; made += 1_000) {
    const instances = Array.from({ length: 1_000 }, () => ({ objectId: 'o', only: ['a'] }));
    await createInstances(world.ctx, { workflow: 'test', instances });
  }
  // As if all of them had been submitted.
  const now = world.ctx.clock();
  await world.db.sql`
    update task
    set status = 'running', attempt = 1, token = gen_random_uuid(), first_at = ${now},
      dispatched_at = ${now}, started_at = ${now}, poll_at = ${now},
      remote = '{"submit": {"status": 201, "headers": {}, "body": null}}'
  `;

  await world.pass(1);
  await expect.poll(() => held.length).toBe(64);
  const id = await world.create({ only: ['s'] });
  await world.until(id, 'succeeded');

  const [due] = await world.db.sql<{ count: number }[]>`
    select count(*)::int as count from task where poll_at <= ${now}
  `;
  expect(due?.count).toBe(CROWD - 64);
});
