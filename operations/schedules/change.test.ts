import { describe, expect, test } from 'vitest';
import { changeSchedule } from './change.ts';
import { getSchedule } from './list.ts';
import { runSchedules } from './run.ts';
import { listScheduleRuns } from './runs.ts';
import { good, HOUR, instances, outcomes, scheduled, type Settings } from './schedules.fixture.ts';

type Changes = Omit<Parameters<typeof changeSchedule>[1], 'workflow' | 'id'>;

/** A schedule whose due times of five hours nobody looked at, and the due time that it has once it was changed. */
async function dueAfter(changes: Changes, settings: Settings = {}) {
  const { world, made, name } = await scheduled(settings);
  world.advanceClock(5 * HOUR);
  const { nextAt } = good(await changeSchedule(world.ctx, { ...name, ...changes }));
  const isAhead = nextAt !== null && new Date(nextAt) > world.ctx.clock();

  return nextAt === made.nextAt ? 'as before' : isAhead ? 'from now on' : nextAt;
}

describe('due times that passed', () => {
  test.each<[Changes]>([
    [{ cron: '15 * * * *' }],
    [{ timeZone: 'Europe/Berlin' }],
    [{ startAt: '2020-01-01T00:00:00Z' }],
    [{ endAt: '2200-01-01T00:00:00Z' }],
  ])('under another clock are nothing to catch up with: %j', async (changes) => {
    expect(await dueAfter(changes)).toBe('from now on');
  });

  test.each<[Changes]>([[{ name: 'New', cron: undefined }], [{ cron: '0 * * * *', priority: 3 }]])(
    'stay where the clock does: %j',
    async (changes) => {
      expect(await dueAfter(changes)).toBe('as before');
    },
  );

  test('while it was off are none', async () => {
    expect(await dueAfter({ enabled: true }, { enabled: false })).toBe('from now on');
  });
});

describe('what waits for an earlier instance', () => {
  test.each<[Changes]>([[{ enabled: false }], [{ overlap: 'allow' }], [{ overlap: 'skip' }]])(
    'is given up where the schedule lets nothing wait any more: %j',
    async (changes) => {
      const { world, name } = await waiting();
      expect(good(await changeSchedule(world.ctx, { ...name, ...changes })).waitingAt).toBeNull();
      await world.runAll();
      await runSchedules(world.ctx);

      expect(await instances(world)).toHaveLength(1);
      expect(good(await listScheduleRuns(world.ctx, { ...name, limit: 1 })).data).toMatchObject([
        { outcome: 'skipped', message: 'The schedule was changed while it waited.' },
      ]);
    },
  );

  test('waits on where anything else is changed', async () => {
    const { world, name } = await waiting();
    const { waitingAt } = good(await getSchedule(world.ctx, name));
    const changed = good(await changeSchedule(world.ctx, { ...name, cron: '30 * * * *' }));
    expect(changed.waitingAt).toBe(waitingAt);
    await world.runAll();
    await runSchedules(world.ctx);

    expect(await outcomes(world, name)).toEqual(['started', 'started']);
  });
});

/** One instance runs, and the next due time waits for it. */
async function waiting() {
  const { world, name } = await scheduled({ overlap: 'queue' });
  for (let hour = 0; hour < 2; hour += 1) {
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
  }
  expect(await outcomes(world, name)).toEqual(['started', 'waiting']);
  return { world, name };
}
