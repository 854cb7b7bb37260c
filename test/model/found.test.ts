/** What the model test found, each in its shortest form. */
import { expect, test } from 'vitest';
import { admitInstances } from '#operations/instances/admit.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { freeObject } from '#operations/instances/free.ts';
import { markInstances } from '#operations/instances/mark.ts';
import { retryInstances } from '#operations/instances/retry.ts';
import { retrySegments } from '#operations/instances/retry_segments.ts';
import { releaseDelays } from '#operations/sweeps/delays.ts';
import { sweepTimeouts } from '#operations/sweeps/timeouts.ts';
import { setup } from '../setup.ts';

const stop = { onTaskFailure: 'stop' } as const;

async function liveTasks(world: Awaited<ReturnType<typeof setup>>): Promise<number> {
  const [row] = await world.db.sql<{ count: number }[]>`select count(*)::int as count from task`;
  return row?.count ?? 0;
}

test('a run that is stopped tries nothing again that failed in the same batch', async () => {
  const world = await setup({
    dag: 'a, b',
    nodes: { b: { retry: { limit: 1 } } },
    definition: stop,
  });
  const id = await world.create();
  await world.fail(await world.claim());

  expect(await world.look(id)).toMatchObject({ status: 'failed' });
  expect(await liveTasks(world)).toBe(0);
});

test('a run that is stopped lets no segment go in the place of one that ended in the same batch', async () => {
  const world = await setup({
    dag: 'a, many',
    nodes: { many: { type: 'fanout', items: 'range(3)', maxParallel: 1 } },
    definition: stop,
  });
  const id = await world.create();
  const tasks = await world.claim();
  await world.report(
    tasks.map(({ token, task }) =>
      task === 'a'
        ? { token, type: 'fail', message: 'it broke' }
        : { token, type: 'finish', output: null },
    ),
  );

  expect(await world.look(id)).toMatchObject({
    status: 'failed',
    nodes: { a: 'failed', many: 'cancelled' },
  });
  expect(await liveTasks(world)).toBe(0);

  await retryInstances(world.ctx, { ids: [id] });
  expect(await world.runAll()).toEqual(['a', 'many', 'many']);
  expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
});

test('segments that a retry brings back wait for the delay of their node', async () => {
  const world = await setup({
    dag: 'many',
    nodes: { many: { type: 'fanout', items: 'range(2)', delaySeconds: 60 } },
  });
  const id = await world.create();
  world.advanceClock(60);
  await releaseDelays(world.ctx);
  await world.fail(await world.claim());
  await retryInstances(world.ctx, { ids: [id] });

  expect(await world.claim()).toEqual([]);
  world.advanceClock(60);
  await releaseDelays(world.ctx);
  expect(await world.claim()).toHaveLength(2);
});

test('segments that a retry brings back go in the order of their items', async () => {
  const world = await setup({
    dag: 'many',
    nodes: { many: { type: 'fanout', items: 'range(5)', maxParallel: 2 } },
  });
  const id = await world.create();
  await world.finish(await world.claim(1));
  await cancelInstances(world.ctx, { ids: [id] });
  await retryInstances(world.ctx, { ids: [id] });

  expect(await ordersOf(world)).toEqual([1, 2, 3, 4]);
});

test('segments that a person starts over go before those that wait, in the order of their items', async () => {
  const world = await setup({
    dag: 'many',
    nodes: { many: { type: 'fanout', items: 'range(6)', maxParallel: 1 } },
  });
  const id = await world.create();
  for (let failed = 0; failed < 3; failed += 1) {
    await world.fail(await world.claim());
  }
  await retrySegments(world.ctx, { ids: [id], task: 'many', segments: [2, 0] });

  // The fourth was under way already.
  expect(await ordersOf(world)).toEqual([3, 0, 2, 4, 5]);
});

/** Of the segments that are still to run, as they come. */
async function ordersOf(world: Awaited<ReturnType<typeof setup>>): Promise<(number | undefined)[]> {
  const orders: (number | undefined)[] = [];
  for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
    orders.push(...tasks.map(({ segment }) => segment?.order));
    await world.finish(tasks);
  }
  return orders;
}

test('an object goes to the one that has waited longest, though others came and went', async () => {
  const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
  const ids = [
    await world.create(),
    await world.create(),
    await world.create(),
    await world.create(),
  ];
  await cancelInstances(world.ctx, { ids: ids.slice(0, 2) });
  const object = { workflowId: world.workflowId, objectId: 'object' };
  expect(await freeObject(world.ctx, object)).toBe(1);
  // It has been taken: nobody else gets it.
  expect(await freeObject(world.ctx, object)).toBe(0);
  await admitInstances(world.ctx, world.workflowId);

  expect((await world.claim()).map(({ instanceId }) => instanceId)).toEqual(ids.slice(2, 3));
});

test('a hand-out is overtaken by a later one that was finished without a word of its start', async () => {
  const world = await setup({ dag: 'a', work: { start_report: true, dispatch_seconds: 10 } });
  const lost = await world.create();
  await world.claim();
  world.advanceClock(1);
  await world.create();
  await world.finish(await world.claim());

  world.advanceClock(10);
  await sweepTimeouts(world.ctx);
  expect(await world.look(lost)).toMatchObject({ error: { code: 'dispatch_timeout' } });
});

test('of two patches in one batch the later one counts, whether its attempt goes on or ends', async () => {
  const world = await setup({ dag: 'a, b' });
  const id = await world.create();
  const [a, b] = await world.claim();
  await world.report([
    { token: a?.token ?? '', type: 'context', patch: { x: 'first' } },
    { token: b?.token ?? '', type: 'finish', context: { x: 'last' } },
  ]);

  expect(await world.look(id)).toMatchObject({ context: { x: 'last' } });
});

test('a task that was skipped by hand is all that changes, though the run has to queue before it goes on', async () => {
  const world = await setup({ dag: 'a -> b, c', workflow: { maxRunning: 1 } });
  const id = await world.create();
  await admitInstances(world.ctx, world.workflowId);
  await world.fail(await world.claim());
  await markInstances(world.ctx, { ids: [id], task: 'a', as: 'skipped' });
  expect(await world.look(id)).toMatchObject({ status: 'queued' });
  await admitInstances(world.ctx, world.workflowId);

  expect(await world.runAll()).toEqual(['b']);
  expect(await world.look(id)).toMatchObject({ status: 'failed', nodes: { c: 'failed' } });
});

test('a run that a mark leaves nothing to do for ends again without queueing', async () => {
  const world = await setup({ dag: 'a, b', workflow: { maxRunning: 1 } });
  const id = await world.create();
  await admitInstances(world.ctx, world.workflowId);
  const [a, b] = await world.claim();
  await world.report([
    { token: a?.token ?? '', type: 'fail', message: 'it broke' },
    { token: b?.token ?? '', type: 'finish' },
  ]);
  await markInstances(world.ctx, { ids: [id], task: 'a', as: 'succeeded' });

  expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
});

test('a retry leaves alone what was skipped behind a failure that is tolerated', async () => {
  const world = await setup({
    dag: 'd -> c, a -> b',
    nodes: {
      c: { type: 'route', cases: [{ key: 'yes', when: 'input.nothing > 1' }] },
      a: { onFailure: 'continue' },
      b: { trigger: 'one_failed' },
    },
    definition: stop,
  });
  const id = await world.create();
  const [d, a] = await world.claim();
  await world.report([{ token: a?.token ?? '', type: 'fail', message: 'it broke' }]);
  await world.report([{ token: d?.token ?? '', type: 'finish' }]);
  await retryInstances(world.ctx, { ids: [id] });

  expect(await world.look(id)).toMatchObject({
    status: 'failed',
    nodes: { a: 'failed', b: 'skipped', c: 'failed' },
  });
});

/*
 * For a while statements looked a row up, locked it, and joined it by its place in the table. A row that another transaction changed after
 * the statement had begun has a new place, which the statement's snapshot does not see: it was passed over in silence.
 */

/** While somebody else changes the live tasks and has not committed yet. */
async function whileChanging(
  world: Awaited<ReturnType<typeof setup>>,
  act: () => Promise<unknown>,
): Promise<void> {
  const changed = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const changing = world.another().db.transaction(async (tx) => {
    await tx`update task set due_at = coalesce(due_at, now())`;
    changed.resolve();
    await commit.promise;
  });
  await changed.promise;
  const acting = act();
  await expect
    .poll(
      () =>
        world.db
          .sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    .toHaveLength(1);
  commit.resolve();
  await Promise.all([changing, acting]);
}

test('a run that is cancelled leaves no live task behind that was changed at that moment', async () => {
  const world = await setup({ dag: 'a', nodes: { a: { delaySeconds: 60 } } });
  const id = await world.create();
  await whileChanging(world, () => cancelInstances(world.ctx, { ids: [id] }));

  expect(await liveTasks(world)).toBe(0);
});

test('a report on an attempt that gave a sign of life at that moment is taken', async () => {
  const world = await setup({ dag: 'a' });
  const id = await world.create();
  const tasks = await world.claim();
  await whileChanging(world, () => world.finish(tasks));

  expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
});
