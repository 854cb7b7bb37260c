import { describe, expect, test } from 'vitest';
import type { World } from '#test/setup.ts';
import { takeJobs } from '#test/jobs.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { changeSchedule } from './change.ts';
import { createSchedule } from './create.ts';
import { deleteSchedule } from './delete.ts';
import { getSchedule } from './list.ts';
import { getNextRuns } from './next.ts';
import { runScheduleNow } from './run_now.ts';
import { runSchedules } from './run.ts';
import { listScheduleRuns } from './runs.ts';
import {
  good,
  HOUR,
  instances,
  make,
  outcomes,
  scheduled,
  type Settings,
} from './schedules.fixture.ts';

test('a due time makes one instance, which says where it came from, and moves the next one', async () => {
  const { world, made, name } = await scheduled({
    objectId: 'report {{ schedule.key }}',
    input: { for: '{{ schedule.at }}' },
    labels: { team: 'media', schedule: 'says so itself' },
    priority: 7,
  });
  world.advanceClock(HOUR / 2 - 1);
  await runSchedules(world.ctx);
  expect(await instances(world)).toHaveLength(0);

  world.advanceClock(1);
  expect(await runSchedules(world.ctx)).toEqual({ started: 1, failed: 0 });

  const [instance] = await instances(world);
  expect(instance).toMatchObject({
    status: 'running',
    objectId: 'report hourly',
    input: { for: made.nextAt },
    labels: { team: 'media', schedule: 'hourly' },
    priority: 7,
  });
  const after = good(await getSchedule(world.ctx, name));
  expect(after).toMatchObject({ lastAt: made.nextAt, lastInstanceId: instance?.id });
  expect(Date.parse(after.nextAt ?? '') - Date.parse(made.nextAt ?? '')).toBe(HOUR * 1_000);
  expect(await world.db.sql`select type, actor, message from instance_event`).toMatchObject([
    { type: 'scheduled_by', actor: 'system', message: expect.stringContaining('hourly') as string },
  ]);
});

test('the sweep wakes the job when something is due, and not before', async () => {
  const { world } = await scheduled();
  await takeJobs(world.db);
  await sweep(world.ctx, { renew: false });
  expect(await takeJobs(world.db)).toEqual([]);

  world.advanceClock(HOUR);
  await sweep(world.ctx, { renew: false });
  expect(await takeJobs(world.db)).toMatchObject([{ name: 'schedule', payload: { projectId: 1 } }]);
});

test('processes that race make one instance per due time', async () => {
  const { world } = await scheduled();
  for (const key of ['b', 'c', 'd', 'e', 'f']) {
    await make(world, { key });
  }
  world.advanceClock(HOUR);

  await Promise.all([world.ctx, world.another(), world.another()].map((ctx) => runSchedules(ctx)));
  expect(await instances(world)).toHaveLength(6);
});

test('a crash between the instance and the move of the due time leaves neither', async () => {
  const { world } = await scheduled();
  world.advanceClock(HOUR);
  await world.db.sql.unsafe(`
    create function crash() returns trigger language plpgsql as $$ begin raise 'crashed'; end $$;
    create trigger crash before update on schedule for each row execute function crash();
  `);
  await expect(runSchedules(world.ctx)).rejects.toThrow('crashed');
  expect(await instances(world)).toHaveLength(0);

  await world.db.sql.unsafe('drop trigger crash on schedule');
  await runSchedules(world.ctx);
  expect(await instances(world)).toHaveLength(1);
});

test.each(['allow', 'replace'] as const)(
  'a due time that is looked at twice, as after a restored backup, makes nothing twice: %s',
  async (overlap) => {
    const { world, made } = await scheduled({ overlap });
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
    await world.db.sql`update schedule set next_at = ${made.nextAt}`;
    await runSchedules(world.ctx);

    expect(await instances(world)).toMatchObject([{ status: 'running' }]);
  },
);

test('all that is due is made, however much that is', async () => {
  const { world } = await scheduled();
  for (let count = 2; count <= 21; count += 1) {
    await make(world, { key: `hourly-${count}` });
  }
  world.advanceClock(HOUR);

  expect(await runSchedules(world.ctx)).toEqual({ started: 21, failed: 0 });
});

test('a schedule that cannot be read any more fails once; what waited already starts all the same', async () => {
  const { world, name } = await scheduled({ overlap: 'queue' });
  for (let hour = 0; hour < 2; hour += 1) {
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
  }
  await world.db.sql`update schedule set time_zone = 'Mars/Olympus'`;
  world.advanceClock(HOUR);

  expect(await runSchedules(world.ctx)).toEqual({ started: 0, failed: 1 });
  expect(await outcomes(world, name)).toEqual(['started', 'waiting', 'failed']);
  expect(good(await listScheduleRuns(world.ctx, { ...name, limit: 1 })).data).toMatchObject([
    { message: 'The schedule cannot be read any more: "0 * * * *" in Mars/Olympus.' },
  ]);
  await world.runAll();
  world.advanceClock(HOUR);
  expect(await runSchedules(world.ctx)).toEqual({ started: 1, failed: 0 });
  expect(good(await getSchedule(world.ctx, name))).toMatchObject({ nextAt: null, waitingAt: null });
});

describe('after a downtime of five hours', () => {
  test.each([
    [{ catchUp: 'none' }, ['missed']],
    [{ catchUp: 'last' }, ['missed', 'started']],
    [{ catchUp: 'all', catchUpLimit: 100 }, Array.from({ length: 5 }, () => 'started')],
    [{ catchUp: 'all', catchUpLimit: 2 }, ['missed', 'started', 'started']],
  ] as const)('%j', async (settings, expected) => {
    const { world, name } = await scheduled(settings);
    world.advanceClock(5 * HOUR);
    await runSchedules(world.ctx);

    expect(await outcomes(world, name)).toEqual(expected);
    const made = await instances(world);
    expect(made).toHaveLength(expected.filter((outcome) => outcome === 'started').length);
    expect(good(await getSchedule(world.ctx, name)).lastInstanceId).toBe(made.at(-1)?.id ?? null);
  });

  test('what was switched off is not made up for', async () => {
    const { world, name } = await scheduled({ catchUp: 'all' });
    good(await changeSchedule(world.ctx, { ...name, enabled: false }));
    world.advanceClock(5 * HOUR);
    good(await changeSchedule(world.ctx, { ...name, enabled: true }));
    await runSchedules(world.ctx);
    expect(await outcomes(world, name)).toEqual([]);

    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
    expect(await outcomes(world, name)).toEqual(['started']);
  });
});

describe('while an earlier instance runs', () => {
  async function twoHours(settings: Settings) {
    const { world, name } = await scheduled(settings);
    for (let hour = 0; hour < 3; hour += 1) {
      world.advanceClock(HOUR);
      await runSchedules(world.ctx);
    }
    return { world, name };
  }
  const statuses = async (world: World) => (await instances(world)).map(({ status }) => status);

  test('allow lets others run beside it', async () => {
    const { world } = await twoHours({ overlap: 'allow' });
    expect(await statuses(world)).toEqual(['running', 'running', 'running']);
  });

  test('skip leaves due times out until it has ended', async () => {
    const { world, name } = await twoHours({ overlap: 'skip' });
    expect(await outcomes(world, name)).toEqual(['started', 'skipped', 'skipped']);
    const [first] = await instances(world);
    expect(good(await getSchedule(world.ctx, name)).lastInstanceId).toBe(first?.id);

    await world.runAll();
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
    expect(await statuses(world)).toEqual(['succeeded', 'running']);
  });

  test("an instance that was forgotten is in nobody's way", async () => {
    const { world, name } = await scheduled({ overlap: 'skip' });
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
    await world.runAll();
    await world.db.sql`delete from instance`;
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);

    expect(await outcomes(world, name)).toEqual(['started', 'started']);
  });

  test('queue lets one wait, which starts as soon as it can', async () => {
    const { world, name } = await twoHours({ overlap: 'queue' });
    expect(await outcomes(world, name)).toEqual(['started', 'waiting', 'skipped']);
    await takeJobs(world.db);
    await sweep(world.ctx, { renew: false });
    expect(await takeJobs(world.db)).toEqual([]);

    await world.runAll();
    await sweep(world.ctx, { renew: false });
    expect(await takeJobs(world.db)).toMatchObject([{ name: 'schedule' }]);
    await Promise.all([runSchedules(world.ctx), runSchedules(world.another())]);
    expect(await outcomes(world, name)).toEqual(['started', 'started', 'skipped']);
    expect(await statuses(world)).toEqual(['succeeded', 'running']);
    expect(good(await getSchedule(world.ctx, name)).waitingAt).toBeNull();
  });

  test('what waits goes before what is due by then, which waits in its place', async () => {
    const { world, name } = await scheduled({ overlap: 'queue' });
    for (let hour = 0; hour < 3; hour += 1) {
      world.advanceClock(HOUR);
      if (hour === 2) {
        await world.runAll();
      }
      await runSchedules(world.ctx);
    }
    expect(await outcomes(world, name)).toEqual(['started', 'started', 'waiting']);
    expect(await statuses(world)).toEqual(['succeeded', 'running']);
  });

  test('what waits starts once, though all that was due since is not made up for', async () => {
    const { world, name } = await scheduled({ overlap: 'queue', catchUp: 'none' });
    for (let hour = 0; hour < 2; hour += 1) {
      world.advanceClock(HOUR / 2);
      await runSchedules(world.ctx);
      world.advanceClock(HOUR / 2);
    }
    expect(await outcomes(world, name)).toEqual(['started', 'waiting']);
    await world.runAll();
    world.advanceClock(HOUR);
    for (let look = 0; look < 2; look += 1) {
      await runSchedules(world.ctx);
      await world.runAll();
    }
    expect(await outcomes(world, name)).toEqual(['started', 'started', 'missed']);
    expect(await statuses(world)).toEqual(['succeeded', 'succeeded']);
  });

  test('one that could not be made replaces nothing', async () => {
    const { world, name } = await scheduled({ overlap: 'replace' });
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);
    good(await changeSchedule(world.ctx, { ...name, objectId: '{{ schedule.at.split("T")[7] }}' }));
    world.advanceClock(HOUR);
    await runSchedules(world.ctx);

    expect(await outcomes(world, name)).toEqual(['started', 'failed']);
    expect(await statuses(world)).toEqual(['running']);
  });

  test('replace cancels it, and says so', async () => {
    const { world } = await twoHours({ overlap: 'replace' });
    expect(await statuses(world)).toEqual(['cancelled', 'cancelled', 'running']);
    expect(
      await world.db.sql`select message from instance_event where type = 'cancelled'`,
    ).toHaveLength(2);
  });
});

test('run now makes an instance beside the clock', async () => {
  const { world, made, name } = await scheduled({ enabled: false, overlap: 'skip' });
  const first = good(await runScheduleNow(world.ctx, name));
  world.advanceClock(1);
  const second = good(await runScheduleNow(world.ctx, name));

  expect((await instances(world)).map(({ id }) => id)).toEqual([
    first.instanceId,
    second.instanceId,
  ]);
  expect(made.nextAt).toBeNull();
  expect(good(await getSchedule(world.ctx, name)).lastInstanceId).toBe(second.instanceId);
  expect(
    await world.db.sql`select instance_id from instance_event where type = 'scheduled_by'`,
  ).toHaveLength(2);
  const newest = good(await listScheduleRuns(world.ctx, { ...name, limit: 1 }));
  const { nextCursor } = newest;
  const rest = good(
    await listScheduleRuns(world.ctx, { ...name, limit: 1, cursor: nextCursor ?? '' }),
  );
  expect([...newest.data, ...rest.data]).toMatchObject([
    { outcome: 'started', runBy: 'system', instanceId: second.instanceId },
    { outcome: 'started', runBy: 'system', instanceId: first.instanceId },
  ]);
  expect(rest.nextCursor).toBeNull();
});

test('what makes no instance has failed with its reason, and stops no other schedule', async () => {
  const { world, name } = await scheduled({ objectId: '{{ schedule.at.split("T")[7] }}' });
  await make(world, { key: 'good' });
  world.advanceClock(HOUR);

  expect(await runSchedules(world.ctx)).toEqual({ started: 1, failed: 1 });
  const { data } = good(await listScheduleRuns(world.ctx, { ...name, limit: 5 }));
  expect(data).toMatchObject([
    { outcome: 'failed', message: expect.stringContaining('/objectId') as string },
  ]);
  expect(good(await getSchedule(world.ctx, name)).nextAt).not.toBeNull();
});

test('each fault of the settings is named', async () => {
  const { world } = await scheduled();
  const refused = await createSchedule(world.ctx, {
    workflow: 'test',
    key: 'bad',
    cron: '0 25 * * *',
    timeZone: 'Mars/Olympus',
    input: { a: '{{ input.x }}' },
    startAt: '2026-02-01T00:00:00Z',
    endAt: '2026-01-01T00:00:00Z',
  });
  expect(refused).toMatchObject({
    refused: 'invalid_request',
    errors: [
      { pointer: '/cron', message: expect.stringContaining('"25" is not an hour') as string },
      { pointer: '/timeZone', message: expect.stringContaining('Mars/Olympus') as string },
      { pointer: '/endAt' },
      { pointer: '/input/a', code: 'expression' },
    ],
  });
  expect(
    await createSchedule(world.ctx, { workflow: 'test', key: 'hourly', cron: '@daily' }),
  ).toMatchObject({
    refused: 'conflict',
  });
});

test('the next runs go by the clocks of the zone, within the bounds', async () => {
  const { world, name } = await scheduled({
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    startAt: '2027-03-27T12:00:00Z',
    endAt: '2027-03-30T12:00:00Z',
  });
  const { data } = good(await getNextRuns(world.ctx, { ...name, count: 10 }));

  expect(data).toEqual([
    { at: '2027-03-28T01:30:00.000Z', local: '2027-03-28T03:30:00+02:00' },
    { at: '2027-03-29T00:30:00.000Z', local: '2027-03-29T02:30:00+02:00' },
    { at: '2027-03-30T00:30:00.000Z', local: '2027-03-30T02:30:00+02:00' },
  ]);
});

test('a deleted schedule makes nothing more; its instances stay', async () => {
  const { world, name } = await scheduled();
  good(await runScheduleNow(world.ctx, name));
  good(await deleteSchedule(world.ctx, name));
  world.advanceClock(HOUR);

  expect(await runSchedules(world.ctx)).toEqual({ started: 0, failed: 0 });
  expect(await instances(world)).toHaveLength(1);
  expect(await getSchedule(world.ctx, name)).toMatchObject({ refused: 'not_found' });
});

test('the log of each schedule keeps its last hundred due times', async () => {
  const { world, name: other } = await scheduled({ objectId: '{{ schedule.at.split("T")[7] }}' });
  world.advanceClock(HOUR);
  await runSchedules(world.ctx);
  good(await changeSchedule(world.ctx, { ...other, enabled: false }));

  const { id } = await make(world, { key: 'often', cron: '* * * * *', overlap: 'queue' });
  const name = { workflow: 'test', id };
  for (let minute = 0; minute < 105; minute += 1) {
    world.advanceClock(60);
    await runSchedules(world.ctx);
  }
  const [row] = await world.db.sql`
    select count(*)::int as count from schedule_run where schedule_id = ${id}
  `;
  // The first still runs, and the second waits for it: they are kept beyond the others.
  expect(row?.count).toBe(102);
  good(await changeSchedule(world.ctx, { ...other, enabled: true }));
  world.advanceClock(HOUR);
  await runSchedules(world.ctx);
  expect(await outcomes(world, other)).toEqual(['failed', 'failed']);
  expect(good(await listScheduleRuns(world.ctx, { ...name, limit: 1 })).data).toMatchObject([
    { outcome: 'skipped' },
  ]);
});

describe('a schedule that would never be due', () => {
  const past = { pointer: '/endAt', code: 'past' };
  const between = { pointer: '/endAt', code: 'no_due_time' };

  test('is not made', async () => {
    const { world } = await scheduled();
    const at = (seconds: number) =>
      new Date(world.ctx.clock().getTime() + seconds * 1_000).toISOString();
    const tried = (settings: Settings) =>
      createSchedule(world.ctx, { workflow: 'test', key: 'never', cron: '0 * * * *', ...settings });

    expect(await tried({ endAt: at(-1) })).toMatchObject({
      refused: 'invalid_request',
      errors: [past],
    });
    expect(await tried({ endAt: at(60), enabled: false })).toMatchObject({ errors: [between] });
    expect(await tried({ startAt: at(HOUR), endAt: at(HOUR + 60) })).toMatchObject({
      errors: [between],
    });
    expect(isRefusal(await tried({ endAt: at(HOUR / 2) }))).toBe(false);
  });

  test('is not made of another, nor switched on; but one that has run its course is renamed and switched off', async () => {
    const { world, name, made } = await scheduled();
    const change = (changes: Omit<Parameters<typeof changeSchedule>[1], 'workflow' | 'id'>) =>
      changeSchedule(world.ctx, { ...name, ...changes });

    good(await change({ endAt: made.nextAt }));
    expect(await change({ cron: '30 3 1 1 *' })).toMatchObject({ errors: [between] });

    world.advanceClock(2 * HOUR);
    await runSchedules(world.ctx);
    expect(good(await getSchedule(world.ctx, name))).toMatchObject({ enabled: true, nextAt: null });
    expect(await change({ cron: '15 * * * *' })).toMatchObject({ errors: [past] });

    good(await change({ name: 'Once', cron: made.cron, endAt: made.nextAt }));
    good(await change({ enabled: false }));
    expect(await change({ enabled: true })).toMatchObject({ errors: [past] });
    expect(good(await change({ enabled: true, endAt: null })).nextAt).not.toBeNull();
  });
});

test('what has become wrong can still be switched off', async () => {
  const { world, name } = await scheduled();
  await world.db.sql`update schedule set time_zone = 'Mars/Olympus'`;

  expect(await changeSchedule(world.ctx, { ...name, name: 'Lost' })).toMatchObject({
    errors: [{ pointer: '/timeZone' }],
  });
  expect(good(await changeSchedule(world.ctx, { ...name, enabled: false })).enabled).toBe(false);
});
