import { expect, test } from 'vitest';
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

function near(found: number | null, seconds: number): boolean {
  return found !== null && Math.abs(found - seconds) <= seconds * 0.06;
}
