import { expect, test } from 'vitest';
import { behind } from '#test/between.ts';
import { takeJobs } from '#test/jobs.ts';
import { setup, type World } from '#test/setup.ts';
import type { Context } from '../context.ts';
import { saveDraft } from '../drafts/save.ts';
import { recordSubmitted } from '../http/submitted.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { claimInternal } from '../tasks/internal.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { admitInstances } from './admit.ts';
import { cancelInstances } from './cancel.ts';
import { MOVES, type MoveName } from './moves.ts';

const task = (key: string) => ({ key, type: 'task', work: 'a' });

async function publishAnother({ ctx }: World, definition: object): Promise<void> {
  const saved = await saveDraft(ctx, {
    workflow: 'test',
    definition: { schemaVersion: 1, ...definition } as never,
    ifMatch: '"v1"',
    ifNoneMatch: null,
  });
  expect(isRefusal(saved)).toBe(false);
  const published = await publishWorkflow(ctx, { workflow: 'test', summary: '', ifMatch: null });
  expect(published).toMatchObject({ version: 2 });
}

async function move(ctx: Context, name: MoveName, id: string, params: object = {}) {
  const made = await MOVES[name].make(ctx, { ids: [id], ...params });
  return isRefusal(made) ? made : made.results[0];
}

/** With `more` before the others, so that these have other places. */
const LARGER = {
  nodes: [task('more'), task('b'), task('a')],
  edges: [{ from: 'a', to: 'b' }],
};

test('a task that is handed out in the very moment of the move is still its worker’s', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { b: { work: 'a' } } });
  const id = await world.create();
  await publishAnother(world, LARGER);

  // Claims do not lock instances: one comes between the look at what is handed out and the new places.
  let claimed: Awaited<ReturnType<typeof world.claim>> = [];
  const db = behind(world.db, 'token is not null', async () => {
    claimed = await world.claim(500, ['a']);
  });
  const moved = await move({ ...world.ctx, db }, 'change-version', id, { version: 2 });
  expect(moved).toMatchObject({ ok: true });
  const tasks = claimed.length > 0 ? claimed : await world.claim(500, ['a']);
  expect(await world.finish(tasks)).toEqual(tasks.map(() => ({ ok: true })));
  await world.runAll();
  expect((await world.look(id)).status).toBe('succeeded');
});

for (const first of ['retry', 'change-version'] as const) {
  test(`a failed run that has to queue is retried in the version that it was moved to, ${first} first`, async () => {
    const world = await setup({
      dag: 'a -> b',
      nodes: { b: { work: 'a' } },
      workflow: { maxRunning: 1 },
    });
    const id = await world.create();
    await admitInstances(world.ctx, world.workflowId);
    await publishAnother(world, LARGER);
    const [one] = await world.claim();
    await world.report([
      { token: one?.token ?? '', type: 'fail', message: 'no', retryable: false },
    ]);
    expect((await world.look(id)).status).toBe('failed');

    const second: MoveName = first === 'retry' ? 'change-version' : 'retry';
    for (const name of [first, second] as const) {
      const params = name === 'retry' ? {} : { version: 2 };
      expect(await move(world.ctx, name, id, params)).toMatchObject({ ok: true });
    }
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.look(id)).toMatchObject({
      status: 'running',
      nodes: { a: 'open', b: 'pending', more: 'open' },
    });
    await world.runAll();
    expect((await world.look(id)).status).toBe('succeeded');
  });
}

test('a run that had ended and starts over from a node runs what the other version adds', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { b: { work: 'a' } } });
  const id = await world.create();
  await world.finish(await world.claim());
  const [one] = await world.claim();
  await world.report([{ token: one?.token ?? '', type: 'fail', message: 'no', retryable: false }]);
  await publishAnother(world, LARGER);
  await move(world.ctx, 'change-version', id, { version: 2 });
  await move(world.ctx, 'restart', id, { from: 'b' });
  expect(await world.look(id)).toMatchObject({ nodes: { b: 'open', more: 'open' } });
});

test('a run that had timed out has all the time it needs in a version without a timeout', async () => {
  const world = await setup({ dag: 'a', definition: { timeoutSeconds: 60 } });
  const id = await world.create();
  world.advanceClock(61);
  await sweep(world.ctx, { renew: false });
  expect(await world.look(id)).toMatchObject({
    status: 'failed',
    error: { code: 'total_timeout' },
  });

  await publishAnother(world, { nodes: [task('a')], edges: [] });
  expect(await move(world.ctx, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });
  expect(await move(world.ctx, 'retry', id)).toMatchObject({ ok: true });
  world.advanceClock(600);
  await sweep(world.ctx, { renew: false });
  expect(await world.runAll()).toEqual(['a']);
  expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
});

test('attempts of nodes that are gone stay apart, however often a run moves', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { b: { work: 'a' } } });
  const id = await world.create();
  await world.finish(await world.claim());
  const [one] = await world.claim();
  await world.report([{ token: one?.token ?? '', type: 'fail', message: 'no', retryable: false }]);
  await publishAnother(world, { nodes: [task('a')], edges: [] });
  // Earlier moves of a large version have left many behind.
  await world.db.sql`
    insert into attempt (project_id, instance_id, node, segment, number, outcome, finished_at)
    select 1, ${id}, -9999, -1, 1, 'succeeded', now()
  `;
  expect(await move(world.ctx, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });
  const places = await world.db
    .sql`select node from attempt where instance_id = ${id} order by node`;
  expect(places.map(({ node }) => Number(node))).toEqual([-10_000, -9_999, 0]);
});

test('a report that is said once more after its run was moved is answered as the first time', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { b: { work: 'a' } } });
  const id = await world.create();
  const tasks = await world.claim();
  await world.finish(tasks);
  await publishAnother(world, LARGER);
  expect(await move(world.ctx, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });

  expect(await world.finish(tasks)).toEqual([{ ok: true }]);
  expect(await world.fail(tasks)).toMatchObject([{ ok: false, code: 'stale_attempt' }]);
});

test('a service that was reached for an attempt that had ended is stopped, though its run was moved in between', async () => {
  const definition = { type: 'http', submit: { url: 'http://service.test' } } as const;
  const world = await setup({ dag: 'a', nodes: { a: definition } });
  const id = await world.create();
  const [submitted] = await claimInternal(world.ctx, { work: '#http', max: 1, worker: 'test' });
  await cancelInstances(world.ctx, { ids: [id] });
  await publishAnother(world, { nodes: [task('more'), { ...definition, key: 'a' }], edges: [] });
  await move(world.ctx, 'change-version', id, { version: 2 });
  await takeJobs(world.db);

  const remote = { submit: { status: 202, headers: {}, body: null } };
  await recordSubmitted(
    world.ctx,
    submitted ? [{ key: submitted.key, input: null, remote, pollAt: null }] : [],
  );
  expect(await takeJobs(world.db)).toMatchObject([{ name: 'stop', payload: { node: 1 } }]);
});

test.for([
  { before: 1, after: 3 },
  { before: 3, after: 1 },
])(
  'a fan-out that let $before segments go at once lets $after go in the version that its run was moved to',
  async ({ before, after }) => {
    const fanout = { type: 'fanout', work: 'a', items: 'range(7)' };
    const world = await setup({ dag: 'a', nodes: { a: { ...fanout, maxParallel: before } } });
    const id = await world.create();
    await publishAnother(world, {
      nodes: [{ ...fanout, key: 'a', maxParallel: after }],
      edges: [],
    });
    expect(await move(world.ctx, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });
    const tasks = await world.claim();
    expect(tasks).toHaveLength(before);
    await world.finish(tasks);

    expect(await world.claim()).toHaveLength(after);
  },
);

test('segments that wait in line of a fan-out that the other version does not have are gone with it', async () => {
  const world = await setup({
    dag: 'a, many',
    nodes: { many: { type: 'fanout', items: 'range(3)', maxParallel: 1 } },
  });
  const id = await world.create();
  await cancelInstances(world.ctx, { ids: [id] });
  const waiting = () => world.db.sql`select node from segment_queue`;
  expect(await waiting()).toHaveLength(1);
  await publishAnother(world, { nodes: [task('more'), task('a')], edges: [] });

  expect(await move(world.ctx, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });
  expect(await waiting()).toEqual([]);
  expect(await move(world.ctx, 'retry', id)).toMatchObject({ ok: true });
  expect((await world.runAll()).toSorted()).toEqual(['a', 'more']);
});
