import { describe, expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { cancelInstances } from '../instances/cancel.ts';
import { retryInstances } from '../instances/retry.ts';
import { sweep } from '../sweeps/sweep.ts';
import {
  begin,
  CHILD,
  childrenOf,
  claimChildTasks,
  family,
  finishChild,
  publish,
} from './children.fixture.ts';
import { startChildren } from './start.ts';
import { cancelOrphans, tellParent } from './tell.ts';

describe('a workflow node', () => {
  const dag = { dag: 'sub -> after' };
  const sub = (more: object = {}) => ({
    sub: { type: 'workflow', workflow: 'child', input: { size: '{{ input.size }}' }, ...more },
    after: { input: '{{ tasks.sub.output }}' },
  });

  test('runs a child instance and has its output', async () => {
    const world = await family({ ...dag, nodes: sub() });
    const id = await world.create({ objectId: 'film', input: { size: 3 } });
    await begin(world);

    const [child] = await childrenOf(world, id);
    expect(child).toMatchObject({ status: 'running', objectId: 'film', input: { size: 3 } });
    expect(await world.claim(500, ['after'])).toEqual([]);
    await finishChild(world, 'done');
    expect(await tellParent(world.ctx, id)).toBe(1);
    expect(await world.claim(500, ['after'])).toMatchObject([{ input: 'done' }]);
    expect(await tellParent(world.ctx, id)).toBe(0);
  });

  test('fails with its child, and a retry runs another one', async () => {
    const world = await family({ ...dag, nodes: sub() });
    const id = await world.create({ input: { size: 3 } });
    await begin(world);
    await world.fail(await world.claim(500, ['c']), 'too small');
    await tellParent(world.ctx, id);

    const [first] = await childrenOf(world, id);
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'sub', message: `child instance ${first?.id} failed: too small` },
    });
    await retryInstances(world.ctx, { ids: [id] });
    await begin(world);
    expect(await childrenOf(world, id)).toMatchObject([
      { status: 'failed' },
      { status: 'running' },
    ]);
  });

  test('takes its children with it when it is cancelled or timed out', async () => {
    const world = await family({ ...dag, nodes: sub({ timeouts: { runSeconds: 60 } }) });
    const [cancelled, late] = [
      await world.create({ input: { size: 1 } }),
      await world.create({ input: { size: 2 } }),
    ];
    await begin(world);

    await cancelInstances(world.ctx, { ids: [cancelled] });
    expect(await cancelOrphans(world.ctx, cancelled)).toBe(1);
    expect(await childrenOf(world, cancelled)).toMatchObject([{ status: 'cancelled' }]);

    expect(await cancelOrphans(world.ctx, late)).toBe(0);
    world.advanceClock(61);
    await sweep(world.ctx, { renew: false });
    expect(await world.look(late)).toMatchObject({ error: { code: 'run_timeout' } });
    expect(await cancelOrphans(world.ctx, late)).toBe(1);
    const jobs = await world.db.sql`
      select key from graphile_worker.jobs where key like 'orphans:%' order by key
    `;
    expect(jobs.map(({ key }) => key)).toEqual(
      [cancelled, late].map((id) => `orphans:1:${id}`).toSorted(),
    );
  });

  test('that does not wait goes on at once, and its child outlives it', async () => {
    const world = await family({ ...dag, nodes: sub({ wait: false }) });
    const id = await world.create({ input: { size: 1 } });
    await begin(world);
    const [child] = await childrenOf(world, id);
    expect(await world.claim(500, ['after'])).toMatchObject([{ input: { instanceId: child?.id } }]);

    await cancelInstances(world.ctx, { ids: [id] });
    expect(await cancelOrphans(world.ctx, id)).toBe(0);
    await finishChild(world, null);
    expect(await tellParent(world.ctx, id)).toBe(0);
    expect(await childrenOf(world, id)).toMatchObject([{ status: 'succeeded' }]);
  });

  test('whose start is repeated after a crash has one child', async () => {
    const world = await family({ ...dag, nodes: sub() });
    const id = await world.create({ input: { size: 1 } });
    const tasks = await claimChildTasks(world.ctx);
    await startChildren(world.ctx, tasks);
    await startChildren(world.another(), tasks);
    expect(await childrenOf(world, id)).toHaveLength(1);
  });

  test('whose child cannot be made fails and says why', async () => {
    const world = await family(
      { ...dag, nodes: sub() },
      { ...CHILD, input: { type: 'object', required: ['name'] } },
    );
    const id = await world.create({ input: { size: 1 } });
    await begin(world);
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'sub', message: expect.stringContaining('does not fit workflow "child"') },
    });
  });

  test('whose child has only marks ends at once', async () => {
    const world = await family(
      { ...dag, nodes: sub() },
      { schemaVersion: 1, nodes: [{ key: 's', type: 'start' }], edges: [] },
    );
    const id = await world.create({ input: { size: 1 } });
    await begin(world);
    const jobs = await world.db.sql`
      select key from graphile_worker.jobs where key like 'children:%'
    `;
    expect(jobs).toMatchObject([{ key: `children:1:${id}` }]);
    await tellParent(world.ctx, id);
    expect(await world.look(id)).toMatchObject({ nodes: { sub: 'succeeded', after: 'open' } });
  });

  test('whose child waits in a queue waits with it', async () => {
    const world = await family({ ...dag, nodes: sub() }, CHILD, { enabled: false });
    const id = await world.create({ input: { size: 1 } });
    await begin(world);
    expect(await childrenOf(world, id)).toMatchObject([{ status: 'queued' }]);
    await cancelInstances(world.ctx, { ids: [id] });
    await cancelOrphans(world.ctx, id);
    expect(await childrenOf(world, id)).toMatchObject([{ status: 'cancelled' }]);
  });
});

test('a child may not be its own ancestor', async () => {
  const world = await setup({
    dag: 'sub -> after',
    nodes: { sub: { type: 'workflow', workflow: 'middle' } },
    before: (ctx) =>
      publish(ctx, 'middle', {
        schemaVersion: 1,
        nodes: [{ key: 'c', type: 'task', work: 'c' }],
        edges: [],
      }),
  });
  // Publishing refuses a circle; one that closes by a version published in the same moment is found when it runs.
  await world.db.sql`
    update version v
    set plan = (
      select plan from version o join workflow w on w.id = o.workflow_id and w.key = 'test'
    )
    from workflow w
    where w.id = v.workflow_id and w.key = 'middle'
  `;
  const id = await world.create({ input: { size: 1 } });
  await begin(world);
  await begin(world);
  const [child] = await childrenOf(world, id);
  expect(await world.look(child?.id ?? '')).toMatchObject({
    status: 'failed',
    error: { message: 'Workflow "middle" would run inside itself: test > middle > middle.' },
  });
});

test('a fan-out over a workflow has a child per segment and their outputs in order', async () => {
  const world = await family({
    dag: 'fan -> after',
    nodes: {
      fan: {
        type: 'fanout',
        workflow: 'child',
        items: 'input.names',
        objectId: 'part-{{ item }}',
        maxParallel: 2,
      },
      after: { input: '{{ tasks.fan.output }}' },
    },
  });
  const id = await world.create({ input: { names: ['a', 'b', 'c'] } });
  await begin(world);
  expect(await childrenOf(world, id)).toMatchObject([
    { objectId: 'part-a', input: 'a' },
    { objectId: 'part-b', input: 'b' },
  ]);

  for (let round = 0; round < 2; round += 1) {
    const tasks = await world.claim(500, ['c']);
    await world.report(
      tasks.map(({ token, input }) => ({ token, type: 'finish', output: ['made', input] })),
    );
    await tellParent(world.ctx, id);
    await begin(world);
  }
  expect(await world.claim(500, ['after'])).toMatchObject([
    {
      input: [
        ['made', 'a'],
        ['made', 'b'],
        ['made', 'c'],
      ],
    },
  ]);
});
