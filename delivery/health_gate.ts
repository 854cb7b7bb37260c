import { allowed, type Breaker, type Health, HEALTHY, onEnded, onSent } from './breaker.ts';
import type { OutboundAnswer } from './http.ts';
import type { Gate, PumpLog } from './pump.ts';

/** Lets through to an endpoint what its health allows: the breaker, with a memory and a word in the log. */
export type HealthGate = Gate & {
  /** A request is on its way. */
  sent(): void;
  /** It has ended. `about`: which endpoint, for the log. */
  ended(health: Health, answer: OutboundAnswer, now: Date, about: object): void;
  /** What was known is known of another endpoint. */
  forget(): void;
};

export function createHealthGate(log: PumpLog): HealthGate {
  let breaker: Breaker = HEALTHY;

  return {
    allows: (most, now) => allowed(breaker, now, most),
    shutUntil: (now) => (breaker.state === 'open' && now < breaker.until ? breaker.until : null),

    sent() {
      breaker = onSent(breaker);
    },

    ended(health, answer, now, about) {
      const before = breaker;
      breaker = onEnded(before, health, now.getTime());

      if (breaker.state === 'open' && before.state !== 'open') {
        const pauseMs = breaker.until - now.getTime();
        const reason = answer.ok ? `it answered ${answer.status}` : answer.message;
        log.warn({ ...about, pauseMs, reason }, 'Pausing an endpoint');
      } else if (breaker.state === 'closed' && before.state === 'probing') {
        log.info(about, 'A paused endpoint answers again');
      }
    },

    forget() {
      breaker = HEALTHY;
    },
  };
}
