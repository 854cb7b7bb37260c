import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowed,
  type Breaker,
  FAILURES_TO_OPEN,
  type Health,
  HEALTHY,
  onEnded,
  onSent,
} from './breaker.ts';

const failed: Health = { type: 'failed' };
const answered: Health = { type: 'answered' };

function fail(breaker: Breaker, times: number, now = 0): Breaker {
  return Array.from({ length: times }).reduce<Breaker>((one) => onEnded(one, failed, now), breaker);
}

/** One probe that fails, made the moment that it may be. */
function failProbe(breaker: Breaker): Breaker {
  const now = breaker.state === 'open' ? breaker.until : 0;

  return onEnded(onSent(breaker), failed, now);
}

describe('a breaker', () => {
  test('that is closed stays so when something is sent', () => {
    expect(onSent(HEALTHY)).toEqual(HEALTHY);
  });

  test('pauses as long as an endpoint asks, which is no failure of a healthy one, and no recovery of a dead one', () => {
    const asked: Health = { type: 'asked_to_wait', afterMs: 7_000 };
    const later = (breaker: Breaker, now: number) =>
      failProbe(onEnded(onSent(breaker), asked, now));

    expect(onEnded(HEALTHY, asked, 500)).toEqual({ state: 'open', until: 7_500, pauses: 0 });
    // After it the first failed probe costs a second.
    expect(failProbe(onEnded(HEALTHY, asked, 0))).toEqual({
      state: 'open',
      until: 8_000,
      pauses: 1,
    });
    // The dead one goes on where it was: with four seconds, after one and two.
    const dead = failProbe(fail(HEALTHY, FAILURES_TO_OPEN));
    expect(later(dead, 10_000)).toEqual({ state: 'open', until: 21_000, pauses: 3 });
  });

  test('stays closed while failures are fewer than it takes in a row', () => {
    const once = fail(HEALTHY, FAILURES_TO_OPEN - 1);
    const again = fail(onEnded(once, answered, 0), FAILURES_TO_OPEN - 1);

    expect(allowed(again, 0, 64)).toBe(64);
  });

  test('opens for a second after too many, then lets one request find out', () => {
    const open = fail(HEALTHY, FAILURES_TO_OPEN, 500);

    expect(allowed(open, 1_499, 64)).toBe(0);
    expect(allowed(open, 1_500, 64)).toBe(1);
    expect(allowed(onSent(open), 1_500, 64)).toBe(0);
  });

  test('closes with the first answer to a probe', () => {
    const probing = onSent(fail(HEALTHY, FAILURES_TO_OPEN));

    expect(onEnded(probing, answered, 1_000)).toEqual(HEALTHY);
  });

  test('opens for twice as long after each probe that fails, a minute at most', () => {
    const pauses: number[] = [];
    let breaker = fail(HEALTHY, FAILURES_TO_OPEN);

    for (let now = 0, n = 0; n < 9 && breaker.state === 'open'; n += 1) {
      pauses.push(breaker.until - now);
      now = breaker.until;
      breaker = failProbe(breaker);
    }

    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('waits as long as it is asked to, a minute at most', () => {
    expect(onEnded(HEALTHY, { type: 'asked_to_wait', afterMs: 7_000 }, 100)).toMatchObject({
      state: 'open',
      until: 7_100,
    });
    expect(onEnded(HEALTHY, { type: 'asked_to_wait', afterMs: 9e9 }, 0)).toMatchObject({
      until: 60_000,
    });
  });

  test('while open is not moved by requests that were sent before', () => {
    const open = fail(HEALTHY, FAILURES_TO_OPEN);

    expect(onEnded(open, answered, 10)).toBe(open);
    expect(onEnded(open, failed, 10)).toBe(open);
  });

  test('never stays shut for more than a minute, and never lets a second probe out', () => {
    const event = fc.record({
      health: fc.oneof(
        fc.constant(answered),
        fc.constant(failed),
        fc.nat(1e9).map((afterMs) => ({ type: 'asked_to_wait' as const, afterMs })),
      ),
      passed: fc.nat(90_000),
    });

    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let breaker = HEALTHY;
        let now = 0;

        for (const { health, passed } of events) {
          now += passed;
          const before = allowed(breaker, now, 8);
          if (before > 0) breaker = onSent(breaker);
          if (before === 1) expect(allowed(breaker, now, 8)).toBe(0);
          breaker = onEnded(breaker, health, now);
          const least = breaker.state === 'probing' ? 0 : 1;
          expect(allowed(breaker, now + 60_000, 8)).toBeGreaterThanOrEqual(least);
        }
      }),
    );
  });
});
