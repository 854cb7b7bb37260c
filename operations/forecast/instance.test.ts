import { describe, expect, test } from 'vitest';
import { setup, type World } from '../../test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { admitInstances } from '../instances/admit.ts';
import { pauseInstances } from '../instances/pause.ts';
import { forecastInstance } from './instance.ts';
import { forecastWorkflow } from './workflow.ts';

/** On record for a node: so many durations of about so many seconds. */
async function onRecord(
  world: World,
  node: string,
  kind: string,
  seconds: number,
  count = 10,
): Promise<void> {
  await world.db.sql`
    insert into duration (project_id, workflow_id, node, kind, day, bucket, count, seconds)
    values (
      1, ${world.workflowId}, ${node}, ${kind},
      (${world.ctx.clock()}::timestamptz at time zone 'UTC')::date, bucket_of(${seconds}),
      ${count}, ${seconds * count}
    )
  `;
}

async function secondsLeft(world: World, id: string, which: 'p50' | 'p90' = 'p50') {
  const forecast = await forecastInstance(world.ctx, { id });
  if (isRefusal(forecast)) {
    throw new Error(forecast.message);
  }
  const { expectedEnd } = forecast;
  return expectedEnd && (Date.parse(expectedEnd[which]) - world.ctx.clock().getTime()) / 1_000;
}

test('an instance says when it will have ended, and it comes nearer', async () => {
  const world = await setup({ dag: 'a -> b' });
  for (const node of ['a', 'b']) {
    await onRecord(world, node, 'wait', 1);
    await onRecord(world, node, 'run', 100);
  }
  const id = await world.create();

  expect(near(await secondsLeft(world, id), 202)).toBe(true);
  const [a] = await world.claim();
  world.advanceClock(50);
  expect(near(await secondsLeft(world, id), 151)).toBe(true);
  await world.report([{ token: a?.token ?? '', type: 'heartbeat', progress: 0.5 }]);
  expect(near(await secondsLeft(world, id), 151)).toBe(true);
  await world.finish(a ? [a] : []);
  expect(near(await secondsLeft(world, id), 101)).toBe(true);

  await pauseInstances(world.ctx, { ids: [id] });
  expect(await secondsLeft(world, id)).toBeNull();
});

test('an instance whose node has no record says so', async () => {
  const world = await setup({ dag: 'a -> b' });
  await onRecord(world, 'a', 'wait', 1);
  await onRecord(world, 'a', 'run', 1);
  const id = await world.create();

  expect(await forecastInstance(world.ctx, { id })).toMatchObject({
    expectedEnd: null,
    lacking: ['b'],
  });
});

test('one in line begins when those before it have had their turn, and the line is empty then', async () => {
  const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
  await onRecord(world, '', 'run', 0.01);
  await onRecord(world, 'a', 'run', 0.01);
  await onRecord(world, 'a', 'wait', 0.001);
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push(await world.create());
  }
  await admitInstances(world.ctx, world.workflowId);
  const last = await forecastInstance(world.ctx, { id: ids[4] ?? '' });
  const line = await forecastWorkflow(world.ctx, { key: 'test', days: 7 });

  const now = world.ctx.clock().getTime();
  expect(last).toMatchObject({ startsAt: new Date(now + 40).toISOString() });
  expect(line).toMatchObject({
    run: { count: 10 },
    queue: { queued: 4, running: 1, slots: 1, growing: false, emptyAt: expect.any(String) },
  });
});

describe('an instance that has not begun', () => {
  /** Runs take ten milliseconds, one at a time. */
  async function line(options: Partial<Parameters<typeof setup>[0]['workflow']> = {}) {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1, ...options } });
    await onRecord(world, '', 'run', 0.01);
    await onRecord(world, 'a', 'run', 0.01);
    await onRecord(world, 'a', 'wait', 0.001);
    return world;
  }
  const startsIn = async (world: World, id: string) => {
    const forecast = await forecastInstance(world.ctx, { id });
    if (isRefusal(forecast)) {
      throw new Error(forecast.message);
    }
    const { startsAt } = forecast;
    return startsAt && Date.parse(startsAt) - world.ctx.clock().getTime();
  };

  test('waits for those before it and no other; one that is paused keeps its slot', async () => {
    const world = await line();
    const [first, second, third, fourth] = [
      await world.create(),
      await world.create(),
      await world.create(),
      await world.create(),
    ];
    await admitInstances(world.ctx, world.workflowId);

    expect(await startsIn(world, first)).toBeNull();
    expect([await startsIn(world, second), await startsIn(world, fourth)]).toEqual([10, 30]);
    await pauseInstances(world.ctx, { ids: [first] });
    expect(await startsIn(world, third)).toBe(20);
  });

  test('joins the end of the line when its time has come', async () => {
    const world = await line();
    const runAt = new Date(world.ctx.clock().getTime() + 60_000).toISOString();
    await world.create();
    await world.create();
    await admitInstances(world.ctx, world.workflowId);

    expect(await startsIn(world, await world.create({ runAt }))).toBe(60_020);
  });

  test('begins nobody knows when while another has its object, or the workflow is off', async () => {
    const busy = await line({ maxRunning: 5, onObjectBusy: 'queue' });
    await busy.create();
    const waits = await busy.create();
    await admitInstances(busy.ctx, busy.workflowId);
    expect(await forecastInstance(busy.ctx, { id: waits })).toMatchObject({
      startsAt: null,
      expectedEnd: null,
    });
    // Nor is it in anybody's way.
    expect(await forecastWorkflow(busy.ctx, { key: 'test', days: 7 })).toMatchObject({
      queue: { queued: 0, running: 1, arrivalsPerSecond: 2 / 300 },
    });

    const off = await line({ enabled: false });
    expect(await startsIn(off, await off.create())).toBeNull();
  });
});

test('of a fan-out the segment that is live the longest stands for all', async () => {
  const world = await setup({
    dag: 'f',
    nodes: { f: { type: 'fanout', items: '[1, 2, 3]', work: 'f', maxParallel: 2 } },
  });
  await onRecord(world, 'f', 'run', 100);
  await onRecord(world, 'f', 'wait', 1);
  const id = await world.create();
  const [first] = await world.claim();
  world.advanceClock(40);
  const left = await secondsLeft(world, id);
  await world.finish(first ? [first] : []);

  expect(left).toBeLessThan(70);
  expect(await secondsLeft(world, id)).toBe(left);
});

test('what took how long is looked at for so many days, today among them', async () => {
  const world = await setup({ dag: 'a' });
  await onRecord(world, 'a', 'run', 5);
  const nodesOf = async (days: number) => {
    const forecast = await forecastWorkflow(world.ctx, { key: 'test', days });
    return isRefusal(forecast) ? [] : forecast.nodes.map(({ key, run }) => [key, run?.count]);
  };

  expect(await nodesOf(1)).toEqual([['a', 10]]);
  world.advanceClock(86_400);
  expect(await nodesOf(1)).toEqual([]);
  expect(await nodesOf(2)).toEqual([['a', 10]]);
});

function near(found: number | null, seconds: number): boolean {
  return found !== null && Math.abs(found - seconds) <= seconds * 0.06;
}
