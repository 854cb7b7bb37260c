import type { RetryPolicy } from './definition.ts';
import type { FailureCode } from './states.ts';

/** One failure of one attempt, with what decides about it. */
export type Failure = {
  readonly code: FailureCode;
  /** The worker said that trying again is of no use. */
  readonly retryable: boolean;
  /** Failures of this task before this one; hand-outs that ended in a `delay` or `reject` do not count. */
  readonly earlier: number;
  /** Whoever refused asked not to be bothered again earlier (ms); it goes before what the policy says. */
  readonly retryAfterMs?: number | undefined;
};

export type RetryVerdict =
  | { readonly retry: false }
  | { readonly retry: true; readonly delayMs: number };

/** Failures that no repetition mends, whatever the policy says. */
const NEVER_RETRIED: readonly FailureCode[] = [
  'expression',
  'total_timeout',
  'rejected',
  'cancelled',
];

/**
 * Decides whether a failed task is tried again, and after how long (ms).
 *
 * @param random a number in [0, 1) that places the wait within its jitter
 */
export function decideRetry(
  policy: RetryPolicy | null,
  failure: Failure,
  random: number,
): RetryVerdict {
  const refused =
    policy === null ||
    !failure.retryable ||
    failure.earlier >= policy.limit ||
    NEVER_RETRIED.includes(failure.code) ||
    (policy.on !== undefined && !policy.on.includes(failure.code));

  return refused
    ? { retry: false }
    : {
        retry: true,
        delayMs: Math.max(retryDelayMs(policy, failure.earlier, random), failure.retryAfterMs ?? 0),
      };
}

function retryDelayMs(policy: RetryPolicy, earlier: number, random: number): number {
  const base = (policy.delaySeconds ?? 1) * 1_000;
  const most = (policy.maxSeconds ?? 3_600) * 1_000;
  const growth = { fixed: 1, linear: earlier + 1, exponential: 2 ** earlier };
  const wait = Math.min(most, base * growth[policy.backoff ?? 'exponential']);
  const jitter = policy.jitter ?? 0;

  return Math.round(wait * (1 - jitter + jitter * random));
}
