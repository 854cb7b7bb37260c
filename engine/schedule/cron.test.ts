import { expect, test } from 'vitest';
import { readCron } from './cron.ts';

function errorOf(text: string) {
  const read = readCron(text);
  return read.ok ? null : read.error;
}

test.each([
  '* * * * *',
  '*/5 9-17 * * MON-FRI',
  '0 0 L * *',
  '0 0 29 2 *',
  '0 12 * JAN,jul *',
  '0 0 * * 5#2',
  '  0  0 * * 7 ',
  '@daily',
])('%j is read', (text) => {
  expect(errorOf(text)).toBeNull();
});

test.each([
  ['61 * * * *', 'minute', '61'],
  ['*/0 * * * *', 'minute', '*/0'],
  ['0 24 * * *', 'hour', '24'],
  ['0  5-1 * * *', 'hour', '5-1'],
  ['0 0 32 * *', 'dayOfMonth', '32'],
  ['0 0 ? * *', 'dayOfMonth', '?'],
  ['0 0 * MAYO *', 'month', 'MAYO'],
  ['0 0 * * noon', 'dayOfWeek', 'noon'],
  ['0 0 * * 8', 'dayOfWeek', '8'],
])('in %j the fault is named with its place', (text, field, part) => {
  const error = errorOf(text);
  expect(error).toMatchObject({ code: 'bad_field', field });
  expect(text.slice(error?.start, error?.end)).toBe(part);
  expect(error?.message).toContain(part);
});

test('what has not five fields is refused: no seconds, no years, no dates, no @reboot', () => {
  for (const text of ['', '* * * *', '0 * * * * *', '2026-12-01T00:00:00Z', '@reboot']) {
    expect(errorOf(text)).toMatchObject({ code: 'field_count' });
  }
  expect(errorOf('*'.repeat(300))).toMatchObject({ code: 'too_long' });
});

test('a day that never comes is refused', () => {
  expect(errorOf('0 0 30 2 *')).toMatchObject({ code: 'never' });
});

test('it is known whether every hour is meant', () => {
  const everyHour = (text: string) => {
    const read = readCron(text);
    return read.ok && read.cron.everyHour;
  };
  expect(['* * * * *', '0 */1 * * 1', '5 0-23 * * *'].map(everyHour)).toEqual([true, true, true]);
  expect(['0 */2 * * *', '0 1-23 * * *', '@daily'].map(everyHour)).toEqual([false, false, false]);
});
