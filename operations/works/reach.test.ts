import { expect, test } from 'vitest';
import { outOfReach, type ReachRow } from './reach.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

function judge(row: Partial<ReachRow>) {
  return outOfReach(
    {
      delivery: 'pull',
      lastClaimAt: null,
      waitsSince: null,
      deliveries: 0,
      vainSince: null,
      vainMessage: null,
      ...row,
    },
    NOW,
  );
}

test('a pulled work is out of reach once tasks have waited a minute and nobody asked for as long', () => {
  expect(judge({})).toBeNull();
  expect(judge({ waitsSince: ago(59) })).toBeNull();
  expect(judge({ waitsSince: ago(600), lastClaimAt: ago(5) })).toBeNull();
  expect(judge({ waitsSince: ago(61) })).toMatchObject({ since: ago(61).toISOString() });
  expect(judge({ waitsSince: ago(90), lastClaimAt: ago(70) })).toEqual({
    since: ago(70).toISOString(),
    deliveries: 0,
    message: null,
  });
});

test('a pushed work is out of reach once a task was pushed three times in vain', () => {
  const pushed = { delivery: 'push', vainSince: ago(40), vainMessage: 'refused' } as const;

  expect(judge({ ...pushed, deliveries: 2 })).toBeNull();
  expect(judge({ ...pushed, deliveries: 3 })).toEqual({
    since: ago(40).toISOString(),
    deliveries: 3,
    message: 'refused',
  });
  expect(judge({ delivery: 'push', waitsSince: ago(600) })).toBeNull();
});
