import { expect, test } from 'vitest';
import { formatDuration, formatRelative } from './format_time.ts';

test.each([
  [0, '0ms'],
  [850, '850ms'],
  [1_250, '1.2s'],
  [9_999, '9.9s'],
  [59_999, '59s'],
  [184_000, '3m 4s'],
  [7_200_000, '2h'],
  [270_000_000, '3d 3h'],
  [-5, '0ms'],
])('%i milliseconds read "%s"', (ms, text) => {
  expect(formatDuration(ms, 'en')).toBe(text);
});

test('durations are said in the language of the reader', () => {
  expect(formatDuration(184_000, 'zh')).toBe('3分钟4秒');
});

test('times are told by the largest unit that fits, and none is told as sixty', () => {
  const now = new Date(2026, 10, 21, 12);
  const told = (seconds: number) =>
    formatRelative(new Date(now.getTime() + seconds * 1_000), now, 'en');

  expect([told(-3), told(-40), told(-180), told(7_200), told(-90_000), told(-60 * 86_400)]).toEqual(
    ['now', '40 sec. ago', '3 min. ago', 'in 2 hr.', 'yesterday', 'Sep 22, 2026'],
  );
  expect([told(-59.7), told(-3_595)]).toEqual(['1 min. ago', '1 hr. ago']);
});

test('days are those of the calendar', () => {
  const smallHours = new Date(2026, 10, 18, 2);
  const told = (day: number, hour: number) =>
    formatRelative(new Date(2026, 10, day, hour), smallHours, 'en');

  expect([told(17, 1), told(16, 20), told(19, 23), told(20, 1)]).toEqual([
    'yesterday',
    '2 days ago',
    'tomorrow',
    'in 2 days',
  ]);
});
