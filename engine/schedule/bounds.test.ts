import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { duesWithin, whyNeverDue, type Bounds } from './bounds.ts';
import { readCron } from './cron.ts';

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const NOW = at('2026-11-21T10:30:00Z');
const HOUR = 3_600_000;
const NONE: Bounds = { startAt: null, endAt: null };

function cronOf(text: string) {
  const read = readCron(text);
  if (!read.ok) throw new Error(read.error.message);
  return read.cron;
}

const why = (cron: string, bounds: Partial<Bounds>) =>
  whyNeverDue(cronOf(cron), 'UTC', { ...NONE, ...bounds }, NOW);

test('due times begin with the start and end with the end, both included', () => {
  const bounds = {
    startAt: at('2026-11-21T12:00:00Z'),
    endAt: at('2026-11-21T14:00:00Z'),
  };
  const dues = duesWithin(cronOf('0 * * * *'), 'UTC', bounds, NOW, 10);

  expect(
    dues.map((due) => Temporal.Instant.fromEpochMilliseconds(due).toString().slice(11, 16)),
  ).toEqual(['12:00', '13:00', '14:00']);
});

test('one whose end has come is never due again', () => {
  expect(why('* * * * *', { endAt: NOW - 1 })).toBe('past');
  expect(why('* * * * *', { endAt: NOW })).toBe('past');
});

test('one that ends before it would be due is never due', () => {
  expect(why('0 * * * *', { endAt: NOW + HOUR / 4 })).toBe('no_due_time');
  expect(why('0 0 29 2 *', { endAt: NOW + 400 * 24 * HOUR })).toBe('no_due_time');
  expect(why('0 0 * * *', { startAt: NOW + HOUR, endAt: NOW + 2 * HOUR })).toBe('no_due_time');
});

test('one with a due time left will be due', () => {
  expect(why('0 * * * *', {})).toBeNull();
  expect(why('0 * * * *', { endAt: NOW + HOUR / 2 })).toBeNull();
  expect(why('0 * * * *', { startAt: NOW - HOUR })).toBeNull();
});
