import { expect, test } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import { readCron, type Cron } from './cron.ts';
import { lastDues, nextDue, nextDues } from './due.ts';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';

const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

function cron(text: string): Cron {
  const read = readCron(text);
  if (!read.ok) {
    throw new Error(read.error.message);
  }
  return read.cron;
}

/** The next due times as `MM-DDTHH:mm`, UTC. */
function next(text: string, timeZone: string, after: string, count = 4): string[] {
  return nextDues(cron(text), timeZone, ms(after), count).map((due) =>
    Temporal.Instant.fromEpochMilliseconds(due).toString().slice(5, 16),
  );
}

test('a time of day is due by the clock of its zone, in winter and in summer', () => {
  expect(next('30 8 * * *', BERLIN, '2026-01-10T12:00:00Z', 1)).toEqual(['01-11T07:30']);
  expect(next('30 8 * * *', BERLIN, '2026-07-10T12:00:00Z', 1)).toEqual(['07-11T06:30']);
  expect(next('30 8 * * *', 'Asia/Shanghai', '2026-07-10T12:00:00Z', 1)).toEqual(['07-11T00:30']);
});

test('what the spring leaves out is due once, after it', () => {
  // Berlin: 01:59 is followed by 03:00 on 29 March. 02:30 becomes 03:30 there, 01:30 UTC.
  expect(next('30 2 * * *', BERLIN, '2026-03-28T12:00:00Z', 2)).toEqual([
    '03-29T01:30',
    '03-30T00:30',
  ]);
  expect(next('0,30 2 * * *', BERLIN, '2026-03-28T12:00:00Z', 3)).toEqual([
    '03-29T01:00',
    '03-29T01:30',
    '03-30T00:00',
  ]);
  // New York: 8 March, 02:15 becomes 03:15, 07:15 UTC.
  expect(next('15 2 * * *', NEW_YORK, '2026-03-07T12:00:00Z', 2)).toEqual([
    '03-08T07:15',
    '03-09T06:15',
  ]);
});

test('what is made up for in spring does not come twice with what is due there anyhow', () => {
  expect(next('30 2,3 * * *', BERLIN, '2026-03-28T12:00:00Z', 2)).toEqual([
    '03-29T01:30',
    '03-30T00:30',
  ]);
  // Out of order by the clock: 02:45 moves behind 03:15.
  expect(next('15,45 2-3 * * *', NEW_YORK, '2026-03-07T12:00:00Z', 3)).toEqual([
    '03-08T07:15',
    '03-08T07:45',
    '03-09T06:15',
  ]);
  expect(next('45 2 * * *', BERLIN, '2026-03-29T01:10:00Z', 1)).toEqual(['03-29T01:45']);
});

test('what comes twice in autumn is due once, when it comes first', () => {
  // Berlin: 02:59 is followed by 02:00 on 25 October; New York: 01:59 by 01:00 on 1 November.
  expect(next('30 2 * * *', BERLIN, '2026-10-24T12:00:00Z', 2)).toEqual([
    '10-25T00:30',
    '10-26T01:30',
  ]);
  expect(next('15,45 2 * * *', BERLIN, '2026-10-24T12:00:00Z', 3)).toEqual([
    '10-25T00:15',
    '10-25T00:45',
    '10-26T01:15',
  ]);
  expect(next('30 1 * * *', NEW_YORK, '2026-10-31T12:00:00Z', 2)).toEqual([
    '11-01T05:30',
    '11-02T06:30',
  ]);
  // From within the second coming.
  expect(next('30 2 * * *', BERLIN, '2026-10-25T01:10:00Z', 1)).toEqual(['10-26T01:30']);
});

test('one that comes in every hour goes by the hours that pass', () => {
  expect(next('*/30 * * * *', BERLIN, '2026-03-29T00:20:00Z')).toEqual([
    '03-29T00:30',
    '03-29T01:00',
    '03-29T01:30',
    '03-29T02:00',
  ]);
  expect(next('*/30 * * * *', BERLIN, '2026-10-24T23:50:00Z')).toEqual([
    '10-25T00:00',
    '10-25T00:30',
    '10-25T01:00',
    '10-25T01:30',
  ]);
  expect(next('0 0-23 * * *', NEW_YORK, '2026-11-01T04:30:00Z')).toEqual([
    '11-01T05:00',
    '11-01T06:00',
    '11-01T07:00',
    '11-01T08:00',
  ]);
  expect(next('@hourly', NEW_YORK, '2026-03-08T05:30:00Z', 3)).toEqual([
    '03-08T06:00',
    '03-08T07:00',
    '03-08T08:00',
  ]);
});

test('zones that shift by half an hour, at midnight, or by a whole day keep the rules', () => {
  expect(next('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2)).toEqual([
    '10-03T15:45',
    '10-04T15:15',
  ]);
  expect(next('30 0 * * *', 'America/Havana', '2026-03-07T12:00:00Z', 2)).toEqual([
    '03-08T05:30',
    '03-09T04:30',
  ]);
  // Apia had no 30 December 2011.
  expect(next('0 12 * * *', 'Pacific/Apia', '2011-12-29T12:00:00Z', 2)).toEqual([
    '12-29T22:00',
    '12-30T22:00',
  ]);
});

test('due times only ever move on, and none is passed over', () => {
  for (const text of ['*/7 * * * *', '*/20 1-3 * * *', '5 */3 * * *']) {
    for (const zone of [BERLIN, NEW_YORK]) {
      let after = ms('2026-03-01T00:00:00Z');
      for (let step = 0; step < 120; step += 1) {
        const due = nextDue(cron(text), zone, after) ?? 0;
        expect(due).toBeGreaterThan(after);
        // From anywhere before it, it is the next one too.
        expect(nextDue(cron(text), zone, due - 1)).toBe(due);
        after = due;
      }
    }
  }
});

test('a look back over a year of downtime finds the last due times without walking it', () => {
  const span = {
    from: ms('2025-01-01T00:00:00Z'),
    to: ms('2026-01-01T00:00:30Z'),
  };
  expect(lastDues(cron('* * * * *'), 'UTC', { ...span, most: 2 })).toEqual([
    ms('2025-12-31T23:59:00Z'),
    ms('2026-01-01T00:00:00Z'),
  ]);
  expect(lastDues(cron('0 0 1 1 *'), 'UTC', { ...span, most: 5 })).toEqual([
    ms('2025-01-01T00:00:00Z'),
    ms('2026-01-01T00:00:00Z'),
  ]);
});
