/**
 * The circuit breaker of one endpoint: a dead endpoint must not cost a request per task, and an endpoint that asks for a pause gets it.
 *
 *     closed ── FAILURES_TO_OPEN failures in a row, or "come back later" ──> open ── its time has come ──> probing
 *        ^                                                                    ^                              |
 *        └──────────────────────────── an answer ─────────────────────────────┼──────────────────────────────┤
 *                                                                             └── a failure: twice as long ──┘
 *
 * While it is open nothing is claimed, so the tasks wait in `ready`, where waiting is never a timeout. A probe is one ordinary task.
 */
export type Breaker =
  /** Requests flow. `failures`: how many of the latest ones failed in a row. */
  | { readonly state: 'closed'; readonly failures: number }
  /** Nothing is sent before `until` (ms). `pauses`: how often it opened without an answer in between. */
  | { readonly state: 'open'; readonly until: number; readonly pauses: number }
  /** One request finds out. */
  | { readonly state: 'probing'; readonly pauses: number };

/** What an endpoint did, as far as its health goes. An answer that refuses one task is an answer. */
export type Health =
  | { readonly type: 'answered' }
  | { readonly type: 'failed' }
  /** 429, or 503 and the like with Retry-After. */
  | { readonly type: 'asked_to_wait'; readonly afterMs: number };

export const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export const HEALTHY: Breaker = { state: 'closed', failures: 0 };

/** How many requests may be under way at `now`, of at most `concurrency`. */
export function allowed(breaker: Breaker, now: number, concurrency: number): number {
  switch (breaker.state) {
    case 'closed':
      return concurrency;
    case 'open':
      return now < breaker.until ? 0 : 1;
    case 'probing':
      return 0;
  }
}

/** A request is on its way. */
export function onSent(breaker: Breaker): Breaker {
  return breaker.state === 'open' ? { state: 'probing', pauses: breaker.pauses } : breaker;
}

/** A request has ended. While open these are requests sent before it opened; they change nothing. */
export function onEnded(breaker: Breaker, health: Health, now: number): Breaker {
  if (breaker.state === 'open') return breaker;

  switch (health.type) {
    case 'answered':
      return HEALTHY;
    case 'asked_to_wait':
      return {
        state: 'open',
        until: now + Math.min(health.afterMs, LONGEST_PAUSE_MS),
        pauses: breaker.state === 'probing' ? breaker.pauses : 0,
      };
    case 'failed': {
      if (breaker.state === 'probing') return pause(breaker.pauses, now);

      const failures = breaker.failures + 1;

      return failures < FAILURES_TO_OPEN ? { state: 'closed', failures } : pause(0, now);
    }
  }
}

function pause(pauses: number, now: number): Breaker {
  const length = Math.min(FIRST_PAUSE_MS * 2 ** pauses, LONGEST_PAUSE_MS);

  return { state: 'open', until: now + length, pauses: pauses + 1 };
}
