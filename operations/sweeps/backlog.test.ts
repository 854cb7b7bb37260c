import { expect, test } from 'vitest';
import { createInstances } from '../instances/create.ts';
import { MOST_INSTANCES } from '../instances/create/instance.ts';
import { isRefusal } from '../refusal.ts';
import type { ClaimedTask } from '../tasks/claim.ts';
import { setup } from '#test/setup.ts';
import { sweep } from './sweep.ts';

const BACKLOG = 10_000;
const DISPATCH_SECONDS = 30;

/** A consumer starts so many of its hand-outs between two looks of the sweep. */
const STARTED_PER_LOOK = 400;
const SECONDS_PER_LOOK = 40;

test('a slow consumer with a backlog of 10,000 has no false timeout, and the one message that was lost is found', async () => {
  const world = await setup({
    dag: 'a',
    nodes: { a: { retry: { limit: 1 } } },
    work: { start_report: true, dispatch_seconds: DISPATCH_SECONDS },
  });
  for (let made = 0; made < BACKLOG; made += MOST_INSTANCES) {
    const instances = Array.from({ length: MOST_INSTANCES }, () => ({ objectId: 'object' }));
    expect(isRefusal(await createInstances(world.ctx, { workflow: 'test', instances }))).toBe(
      false,
    );
  }
  // Everything is handed out within a moment, as a push would; each hand-out has a moment of its own.
  const queue: ClaimedTask[] = [];
  for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
    queue.push(...tasks);
    world.advanceClock(0.01);
  }
  expect(queue).toHaveLength(BACKLOG);

  const lost = queue.splice(1_234, 1)[0];
  const failed: number[] = [];
  while (queue.length > 0) {
    // Far longer than the dispatch timeout: all that waits is due at every look.
    world.advanceClock(SECONDS_PER_LOOK);
    failed.push((await sweep(world.ctx, { renew: false }))?.failed ?? 0);

    const started = queue.splice(0, STARTED_PER_LOOK);
    await world.report(
      started.flatMap(({ token }) => [
        { token, type: 'start' as const },
        { token, type: 'finish' as const },
      ]),
    );
  }
  world.advanceClock(SECONDS_PER_LOOK);
  failed.push((await sweep(world.ctx, { renew: false }))?.failed ?? 0);

  const attempts = await world.db.sql`
    select outcome, code, count(*)::int as count from attempt group by outcome, code order by outcome
  `;
  expect(attempts).toEqual([
    { outcome: 'failed', code: 'dispatch_timeout', count: 1 },
    { outcome: 'succeeded', code: null, count: BACKLOG - 1 },
  ]);
  // As soon as one of the next claim, which were handed out after it, has started, and no sooner.
  expect(failed.findIndex((count) => count > 0)).toBe(Math.ceil(1_500 / STARTED_PER_LOOK));
  expect(await world.look(lost?.instanceId ?? '')).toMatchObject({ nodes: { a: 'open' } });

  world.advanceClock(3_600);
  await sweep(world.ctx, { renew: false });
  expect(await world.claim()).toMatchObject([{ instanceId: lost?.instanceId, attempt: 2 }]);
});
