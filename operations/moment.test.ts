import { expect, test } from 'vitest';
import { moment } from './moment.ts';

test('a moment that Postgres cannot hold is refused', () => {
  const isMoment = (text: string) => moment.safeParse(text).success;

  expect(['0001-01-01T00:00:00Z', '2031-02-03T04:05:06+23:59'].every(isMoment)).toBe(true);
  expect(
    ['0000-12-31T00:00:00Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:00:00-02:00'].some(
      isMoment,
    ),
  ).toBe(false);
});
