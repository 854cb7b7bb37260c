import { describe, expect, test } from 'vitest';
import type { TimeWindow } from './definition.ts';
import { isTimeZone, opensAt, parseMoment } from './window.ts';

const at = (text: string) => parseMoment(text) ?? Number.NaN;
const opens = (window: TimeWindow, now: string) => opensAt(window, at(now));

const offPeak: TimeWindow = { from: '00:00', to: '06:00', timeZone: 'Asia/Shanghai' };

describe('a window', () => {
  test('that is open opens now', () => {
    expect(opens(offPeak, '2026-11-20T17:30:00Z')).toBe(at('2026-11-20T17:30:00Z'));
  });

  test('that is shut opens at its next beginning, in its own time zone', () => {
    expect(opens(offPeak, '2026-11-20T22:00:00Z')).toBe(at('2026-11-21T16:00:00Z'));
  });

  test('past midnight is open after midnight too', () => {
    const night: TimeWindow = { from: '22:00', to: '04:00', timeZone: 'UTC' };
    expect(opens(night, '2026-11-21T03:59:59Z')).toBe(at('2026-11-21T03:59:59Z'));
    expect(opens(night, '2026-11-21T04:00:00Z')).toBe(at('2026-11-21T22:00:00Z'));
  });

  test('of some weekdays waits for the next of them; a night belongs to the day on which it begins', () => {
    const friday: TimeWindow = { from: '22:00', to: '04:00', timeZone: 'UTC', days: ['fri'] };
    expect(opens(friday, '2026-11-21T03:00:00Z')).toBe(at('2026-11-21T03:00:00Z'));
    expect(opens(friday, '2026-11-21T05:00:00Z')).toBe(at('2026-11-27T22:00:00Z'));
  });

  test('that begins when it ends is open all day, on its days', () => {
    const sunday: TimeWindow = { from: '00:00', to: '00:00', timeZone: 'UTC', days: ['sun'] };
    expect(opens(sunday, '2026-11-22T12:00:00Z')).toBe(at('2026-11-22T12:00:00Z'));
    expect(opens(sunday, '2026-11-23T00:00:00Z')).toBe(at('2026-11-29T00:00:00Z'));
  });

  test('that has ended on its only day opens a week later', () => {
    const monday: TimeWindow = { from: '09:00', to: '10:00', timeZone: 'UTC', days: ['mon'] };
    expect(opens(monday, '2026-11-23T10:00:00Z')).toBe(at('2026-11-30T09:00:00Z'));
  });
});

describe('when the clocks change', () => {
  const berlin = (from: string, to: string): TimeWindow => ({
    from,
    to,
    timeZone: 'Europe/Berlin',
  });

  test('a beginning that is left out is an hour later', () => {
    expect(opens(berlin('02:30', '05:00'), '2026-03-29T00:00:00Z')).toBe(
      at('2026-03-29T01:30:00Z'),
    );
  });

  test('a night that has 25 hours is one window', () => {
    const night = berlin('22:00', '04:00');
    expect(opens(night, '2026-10-25T02:30:00Z')).toBe(at('2026-10-25T02:30:00Z'));
    expect(opens(night, '2026-10-25T03:00:00Z')).toBe(at('2026-10-25T21:00:00Z'));
  });

  test('a beginning that comes twice counts from its first coming', () => {
    expect(opens(berlin('02:30', '05:00'), '2026-10-24T12:00:00Z')).toBe(
      at('2026-10-25T00:30:00Z'),
    );
  });
});

test('time zones are known by their names', () => {
  expect(isTimeZone('Asia/Shanghai')).toBe(true);
  expect(isTimeZone('Asia/Shanghigh')).toBe(false);
});
