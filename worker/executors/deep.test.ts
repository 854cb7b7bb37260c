/** Results that nobody can keep: whoever makes them harms no node but the one that asked. */
import { expect, test } from 'vitest';
import { receive } from '#delivery/receiver.fixture.ts';
import type { Json } from '#engine/json.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { claimInternal, endInternal } from '#operations/tasks/internal.ts';
import { claimForPush, failDeliveries } from '#operations/tasks/push.ts';
import { setup } from '../../test/setup.ts';
import { work } from './executors.fixture.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('an answer that is nested beyond all sense is a text, and other nodes go on', async () => {
  const deep = await receive((_, response) => response.end(nested(20_000)));
  const good = await receive((_, response) => response.end('{"price": 3}'));
  const world = await work({
    dag: 'a',
    nodes: { a: { type: 'http', submit: { url: '{{ input.url }}' } } },
    definition: { output: '{{ tasks.a.output }}' },
  });
  const odd = await world.create({ input: { url: deep.url } });
  const id = await world.create({ input: { url: good.url } });
  expect(await world.until(id, 'succeeded')).toMatchObject({ output: { price: 3 } });
  expect(await world.until(odd, 'succeeded')).toMatchObject({ output: nested(20_000) });
});

test('a script that answers so fails', async () => {
  const world = await work({
    dag: 'a',
    nodes: {
      a: {
        type: 'script',
        script: 'let list = []; for (let at = 0; at < 700; at += 1) list = [list]; return list;',
      },
    },
  });
  const id = await world.create();
  expect(await world.until(id, 'failed')).toMatchObject({
    error: { message: 'its output is nested more than 500 deep' },
  });
});

test('an end that the database will not have fails its own attempt, and no other of its batch', async () => {
  const world = await setup({ dag: 'a', nodes: { a: { type: 'script', script: 'return 1' } } });
  const [first, second] = [await world.create(), await world.create()];
  const tasks = await claimInternal(world.ctx, {
    work: INTERNAL_WORKS.script,
    max: 2,
    worker: 'test',
  });
  let deep: Json = null;
  for (let depth = 0; depth < 100_000; depth += 1) {
    deep = [deep];
  }
  await endInternal(
    world.ctx,
    tasks.map(({ key }) => ({
      key,
      outcome: 'succeeded',
      output: key.instanceId === first ? deep : 'fine',
    })),
  );
  expect(await world.look(first)).toMatchObject({
    status: 'failed',
    error: { message: expect.stringContaining('its result cannot be kept') },
  });
  expect(await world.look(second)).toMatchObject({ status: 'succeeded' });
});

test('an end of a run that nobody can make sense of keeps no other from its own', async () => {
  const world = await setup({
    dag: 'a, b',
    nodes: { a: { type: 'script', script: 'return 1' } },
    work: { delivery: 'push', url: 'http://127.0.0.1:1/' },
  });
  const [broken, fine] = [await world.create(), await world.create()];
  const tasks = await claimInternal(world.ctx, {
    work: INTERNAL_WORKS.script,
    max: 2,
    worker: 'test',
  });
  const pushed = await claimForPush(world.ctx, { work: 'b', max: 2, worker: 'test' });
  await world.db.sql`update instance set state = 'o?' where id = ${broken}`;

  await endInternal(
    world.ctx,
    tasks.map(({ key }) => ({ key, outcome: 'succeeded', output: 1 })),
  );
  await failDeliveries(
    world.ctx,
    (pushed?.tasks ?? []).map(({ token }) => ({ token, message: '404', retryable: false })),
  );
  expect((await world.look(fine)).nodes).toEqual({ a: 'succeeded', b: 'failed' });

  // What is left of the other is run again as after a crash.
  expect(
    await world.db
      .sql`select work, delivering from task where instance_id = ${broken} order by work`,
  ).toMatchObject([
    { work: '#script', delivering: true },
    { work: 'b', delivering: true },
  ]);
});
