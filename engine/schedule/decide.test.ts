import { expect, test } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import { readCron } from './cron.ts';
import { decide, type DueSchedule } from './decide.ts';

const read = readCron('0 * * * *');
if (!read.ok) {
  throw new Error(read.error.message);
}
const hourly = read.cron;
const at = (text: string) => Temporal.Instant.from(`2026-06-01T${text}:00Z`).epochMilliseconds;

const SCHEDULE: DueSchedule = {
  cron: hourly,
  timeZone: 'UTC',
  overlap: 'allow',
  catchUp: 'last',
  catchUpLimit: 3,
  nextAt: at('08:00'),
  endAt: null,
};

function judge(
  changes: Partial<DueSchedule>,
  now: string,
  state = { busy: false, waiting: false },
) {
  const { runs, ...rest } = decide({ ...SCHEDULE, ...changes }, { now: at(now), ...state });
  return {
    ...rest,
    runs: runs.map(
      (run) =>
        `${Temporal.Instant.fromEpochMilliseconds(run.at).toString().slice(11, 16)} ${run.outcome}`,
    ),
  };
}

const BUSY = { busy: true, waiting: false };

test('a due time starts, and the next one is set', () => {
  expect(judge({}, '08:00')).toEqual({
    runs: ['08:00 started'],
    replaces: false,
    nextAt: at('09:00'),
  });
});

test('after a downtime: none, the last, or all up to the limit', () => {
  expect(judge({ catchUp: 'none' }, '13:30').runs).toEqual(['08:00 missed']);
  expect(judge({ catchUp: 'none' }, '13:01').runs).toEqual(['08:00 missed', '13:00 started']);
  expect(judge({ catchUp: 'last' }, '13:30').runs).toEqual(['08:00 missed', '13:00 started']);
  expect(judge({ catchUp: 'all' }, '13:30').runs).toEqual([
    '08:00 missed',
    '11:00 started',
    '12:00 started',
    '13:00 started',
  ]);
  expect(judge({ catchUp: 'all' }, '09:30').runs).toEqual(['08:00 started', '09:00 started']);
  expect(judge({ catchUp: 'all' }, '13:30').nextAt).toBe(at('14:00'));
});

test('while one runs: beside it, not at all, one waits, or in its place', () => {
  expect(judge({ overlap: 'allow' }, '08:00', BUSY).runs).toEqual(['08:00 started']);
  expect(judge({ overlap: 'skip' }, '08:00', BUSY).runs).toEqual(['08:00 skipped']);
  expect(judge({ overlap: 'queue' }, '08:00', BUSY).runs).toEqual(['08:00 waiting']);
  expect(judge({ overlap: 'queue' }, '08:00', { busy: true, waiting: true }).runs).toEqual([
    '08:00 skipped',
  ]);
  expect(judge({ overlap: 'replace' }, '08:00', BUSY)).toMatchObject({
    runs: ['08:00 started'],
    replaces: true,
  });
});

test('room is made only for what starts, and only where something is in the way', () => {
  const replaces = (changes: Partial<DueSchedule>, now: string, state?: typeof BUSY) =>
    judge(changes, now, state).replaces;

  expect(replaces({ overlap: 'replace' }, '08:00')).toBe(false);
  expect(replaces({ overlap: 'allow' }, '08:00', BUSY)).toBe(false);
  expect(replaces({ overlap: 'replace', catchUp: 'none' }, '08:30', BUSY)).toBe(false);
});

test('what is looked at a minute late is on time, and not a moment later', () => {
  expect(judge({ catchUp: 'none' }, '08:01').runs).toEqual(['08:00 started']);
  expect(judge({ catchUp: 'none' }, '08:02').runs).toEqual(['08:00 missed']);
});

test('what is caught up with overlaps itself', () => {
  const runs = (overlap: DueSchedule['overlap']) =>
    judge({ overlap, catchUp: 'all' }, '10:30').runs;

  expect(runs('skip')).toEqual(['08:00 started', '09:00 skipped', '10:00 skipped']);
  expect(runs('queue')).toEqual(['08:00 started', '09:00 waiting', '10:00 skipped']);
  expect(runs('replace')).toEqual(['08:00 skipped', '09:00 skipped', '10:00 started']);
});

test('nothing is due after the end', () => {
  expect(judge({ endAt: at('08:30'), catchUp: 'last' }, '12:00')).toEqual({
    runs: ['08:00 started'],
    replaces: false,
    nextAt: null,
  });
  expect(judge({ endAt: at('09:00') }, '08:00').nextAt).toBe(at('09:00'));
  expect(judge({ endAt: at('08:59') }, '08:00').nextAt).toBeNull();
});
