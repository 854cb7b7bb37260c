import { describe, expect, test } from 'vitest';
import { decideRetry } from './retry.ts';

const error = { code: 'error', retryable: true, earlier: 0 } as const;

describe('a failed task', () => {
  test('is tried again as often as its policy says, and not once more', () => {
    const policy = { limit: 2, backoff: 'fixed', delaySeconds: 5 } as const;

    expect(decideRetry(policy, error, 0)).toEqual({ retry: true, delayMs: 5_000 });
    expect(decideRetry(policy, { ...error, earlier: 1 }, 0)).toEqual({
      retry: true,
      delayMs: 5_000,
    });
    expect(decideRetry(policy, { ...error, earlier: 2 }, 0)).toEqual({ retry: false });
    expect(decideRetry(null, error, 0)).toEqual({ retry: false });
  });

  test('waits longer each time, up to the longest wait', () => {
    const waits = (backoff: 'linear' | 'exponential') =>
      [0, 1, 2, 3].map((earlier) =>
        decideRetry(
          { limit: 10, backoff, delaySeconds: 2, maxSeconds: 12 },
          { ...error, earlier },
          0,
        ),
      );

    expect(waits('linear')).toEqual([2, 4, 6, 8].map((s) => ({ retry: true, delayMs: s * 1_000 })));
    expect(waits('exponential')).toEqual(
      [2, 4, 8, 12].map((s) => ({ retry: true, delayMs: s * 1_000 })),
    );
  });

  test('waits a second first, twice as long each time, and never longer than an hour, unless told otherwise', () => {
    const wait = (earlier: number) => decideRetry({ limit: 99 }, { ...error, earlier }, 0);

    expect([0, 1, 11, 12, 20].map(wait)).toEqual(
      [1, 2, 2_048, 3_600, 3_600].map((s) => ({ retry: true, delayMs: s * 1_000 })),
    );
    expect(decideRetry({ limit: 1, delaySeconds: 0 }, error, 0)).toEqual({
      retry: true,
      delayMs: 0,
    });
  });

  test('waits a random share less, within its jitter', () => {
    const policy = { limit: 1, backoff: 'fixed', delaySeconds: 10, jitter: 0.4 } as const;

    expect(decideRetry(policy, error, 0)).toEqual({ retry: true, delayMs: 6_000 });
    expect(decideRetry(policy, error, 0.5)).toEqual({ retry: true, delayMs: 8_000 });
  });

  test('is not tried again earlier than whoever refused has asked, whatever the policy says', () => {
    const policy = { limit: 9, delaySeconds: 10, maxSeconds: 20 };

    expect(decideRetry(policy, { ...error, retryAfterMs: 90_000 }, 0)).toEqual({
      retry: true,
      delayMs: 90_000,
    });
    expect(decideRetry(policy, { ...error, retryAfterMs: 1_000 }, 0)).toEqual({
      retry: true,
      delayMs: 10_000,
    });
    expect(decideRetry({ limit: 0 }, { ...error, retryAfterMs: 1_000 }, 0)).toEqual({
      retry: false,
    });
  });

  test('is not tried again if its worker says so, its policy leaves the failure out, or no repetition mends it', () => {
    expect(decideRetry({ limit: 9 }, { ...error, retryable: false }, 0)).toEqual({ retry: false });
    expect(decideRetry({ limit: 9, on: ['run_timeout'] }, error, 0)).toEqual({ retry: false });
    expect(decideRetry({ limit: 9, on: ['run_timeout', 'error'] }, error, 0).retry).toBe(true);
    for (const code of ['expression', 'total_timeout', 'rejected', 'cancelled'] as const) {
      expect(decideRetry({ limit: 9, on: [code] }, { ...error, code }, 0)).toEqual({
        retry: false,
      });
    }
  });
});
