import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { average, quantile, RELATIVE_ERROR, remaining, secondsOf, type Sketch } from './sketch.ts';

/** As `bucket_of` of the database does it; measure.test.ts holds that against this. */
function sketchOf(seconds: readonly number[]): Sketch {
  const counts = new Map<number, number>();
  for (const one of seconds) {
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(one, 1e-6) * 1_000) / Math.log(1.1)));
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return {
    count: seconds.length,
    seconds: seconds.reduce((sum, one) => sum + one, 0),
    buckets: [...counts]
      .map(([bucket, count]) => ({ bucket, count }))
      .toSorted((one, other) => one.bucket - other.bucket),
  };
}

const durations = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 0.01, noNaN: true }),
    fc.double({ min: 0.01, max: 10, noNaN: true }),
    fc.double({ min: 10, max: 31_536_000, noNaN: true }),
  ),
  { minLength: 1, maxLength: 300 },
);
const share = fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1);

test('a percentile is within the stated error of the one that sorting finds', () => {
  fc.assert(
    fc.property(durations, share, (seconds, q) => {
      const sorted = seconds.toSorted((one, other) => one - other);
      const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0;

      expect(Math.abs((quantile(sketchOf(seconds), q) ?? 0) - exact)).toBeLessThanOrEqual(
        Math.max(0.000_501, exact * (RELATIVE_ERROR + 1e-9)),
      );
    }),
  );
});

test('what is left counts those alone that took longer, and is never negative', () => {
  fc.assert(
    fc.property(
      durations,
      share,
      fc.double({ min: 0, max: 1e8, noNaN: true }),
      (seconds, q, at) => {
        const left = remaining(sketchOf(seconds), at, q);
        const longest = Math.max(...seconds);

        if (at > longest * 1.1 + 0.001) {
          expect(left).toBeNull();
        }
        expect(left ?? 0).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test('averages are exact, and of nothing there is neither average nor percentile', () => {
  expect(average(sketchOf([1, 2, 6]))).toBe(3);
  const none = sketchOf([]);
  expect([average(none), quantile(none, 0.5), remaining(none, 1, 0.5)]).toEqual([null, null, null]);
});

test('buckets follow each other without a gap', () => {
  for (let bucket = 1; bucket < 300; bucket += 1) {
    expect(secondsOf(bucket) / secondsOf(bucket - 1)).toBeLessThan(bucket === 1 ? 3 : 1.1001);
  }
});
