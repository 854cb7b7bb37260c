import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pooled, spend, type Allowance } from './allowance.ts';
import { CHANNEL_KINDS, type ChannelKind } from './channel.ts';
import { firstDue, GROUP_MS, judgeAlert, type OpenAlert } from './decide.ts';
import type { AlertFacts } from './facts.ts';

const QUIET_MS = 600_000;
const NOW = 10_000_000;
/** 2026-11-21T08:00:00Z */
const EIGHT_OCLOCK = 1_795_248_000_000;

const failed: AlertFacts = { kind: 'instance_failed', workflow: 'order', examples: [] };

function alert(more: Partial<OpenAlert>): OpenAlert {
  return {
    state: 'firing',
    kind: 'instance_failed',
    quietMs: QUIET_MS,
    count: 3,
    lastAt: NOW - 1_000,
    dueAt: null,
    sentAt: NOW - 1_000,
    told: true,
    ...more,
  };
}

const finding = { fingerprint: 'f', facts: failed, count: 2 };

describe('an alert', () => {
  test('speaks for the first time when others had time to join it, and not within the quiet period of the one before', () => {
    expect(firstDue(null, QUIET_MS, NOW)).toBe(NOW + GROUP_MS);
    expect(firstDue({ sentAt: NOW - 1_000 }, QUIET_MS, NOW)).toBe(NOW - 1_000 + QUIET_MS);
    expect(firstDue({ sentAt: NOW - QUIET_MS }, QUIET_MS, NOW)).toBe(NOW + GROUP_MS);
  });

  test('counts what happens again, and speaks of it once per quiet period', () => {
    expect(judgeAlert(alert({}), finding, NOW)).toEqual({
      type: 'renew',
      count: 5,
      lastAt: NOW,
      dueAt: NOW - 1_000 + QUIET_MS,
    });
    expect(judgeAlert(alert({ dueAt: NOW + 5 }), finding, NOW)).toMatchObject({ dueAt: NOW + 5 });
    expect(judgeAlert(alert({ state: 'acknowledged' }), finding, NOW)).toMatchObject({
      count: 5,
      dueAt: null,
    });
  });

  test('that is a condition does not speak again while it holds, and says when it is over', () => {
    const condition = alert({ kind: 'backlog', count: 1 });

    expect(judgeAlert(condition, finding, NOW)).toMatchObject({ count: 1, dueAt: null });
    expect(judgeAlert(condition, null, NOW)).toEqual({ type: 'nothing' });
    expect(judgeAlert(condition, null, NOW + GROUP_MS)).toEqual({ type: 'resolve', tell: true });
    expect(judgeAlert({ ...condition, told: false }, null, NOW + GROUP_MS)).toEqual({
      type: 'resolve',
      tell: false,
    });
    // Over before its first message was due: nobody hears of it.
    expect(
      judgeAlert({ ...condition, told: false, dueAt: NOW + QUIET_MS }, null, NOW + GROUP_MS),
    ).toEqual({ type: 'resolve', tell: false });
  });

  test('that happens again after a silence waits for others to join it once more', () => {
    expect(judgeAlert(alert({ sentAt: NOW - 2 * QUIET_MS }), finding, NOW)).toMatchObject({
      dueAt: NOW + GROUP_MS,
    });
    expect(judgeAlert(alert({ sentAt: null }), finding, NOW)).toMatchObject({
      dueAt: NOW + GROUP_MS,
    });
  });

  test('about what happened ends in silence, and never before it was told', () => {
    expect(judgeAlert(alert({}), null, NOW + QUIET_MS)).toEqual({ type: 'resolve', tell: false });
    expect(judgeAlert(alert({}), null, NOW + QUIET_MS / 2)).toEqual({ type: 'nothing' });
    expect(judgeAlert(alert({ dueAt: NOW, quietMs: 0 }), null, NOW + QUIET_MS)).toEqual({
      type: 'nothing',
    });
  });
});

/** What the vendors allow: so many within so many ms. */
const LIMITS: readonly (readonly [ChannelKind, number, number])[] = [
  ['dingtalk', 20, 60_000],
  ['wecom', 20, 60_000],
  ['feishu', 100, 60_000],
  ['feishu', 5, 1_000],
  ['slack', 1, 1_000],
];

describe('an allowance', () => {
  test.for(LIMITS)('of %s never lets more than %i go within %i ms', ([kind, most, spanMs]) => {
    const steps = fc.array(
      fc.record({
        waits: fc.integer({ min: 0, max: 20_000 }),
        wanted: fc.integer({ min: 0, max: 60 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let now = EIGHT_OCLOCK + 5 * 60_000;
        let left: Allowance = [];
        const sent: number[] = [];

        for (const { waits, wanted } of all) {
          now += waits;
          const spent = spend(kind, left, now, wanted);
          ({ left } = spent);
          sent.push(...Array.from({ length: spent.granted }, () => now));
          expect(sent.filter((at) => at > now - spanMs).length).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  test.for(LIMITS)(
    'of %s makes use of its %i within %i ms where all want to go',
    ([kind, most, spanMs]) => {
      let left: Allowance = [];
      const sent: number[] = [];
      const begin = EIGHT_OCLOCK + 5 * 60_000;

      for (let now = begin; now < begin + 3 * spanMs; now += 10) {
        const spent = spend(kind, left, now, 1_000);
        ({ left } = spent);
        sent.push(...Array.from({ length: spent.granted }, () => now));
      }
      const busiest = Math.max(
        ...sent.map((first) => sent.filter((at) => at >= first && at < first + spanMs).length),
      );
      expect(busiest).toBeLessThanOrEqual(most);
      expect(busiest).toBeGreaterThanOrEqual(Math.ceil(most * 0.8));
    },
  );

  test.for(CHANNEL_KINDS.map((kind) => [kind] as const))(
    'of %s lets the next one go when it says so',
    ([kind]) => {
      const start = EIGHT_OCLOCK + 5 * 60_000;
      const all = spend(kind, [], start, 1_000);
      expect(all.granted).toBeGreaterThan(0);
      expect(all.nextAt).toBeGreaterThan(start);
      expect(spend(kind, all.left, all.nextAt, 1).granted).toBe(1);
      expect(spend(kind, all.left, start, 1).granted).toBe(0);
    },
  );

  test('of Feishu leaves the full and the half hour alone', () => {
    const sharp = EIGHT_OCLOCK + 30 * 60_000;

    expect(spend('feishu', [], sharp, 1)).toMatchObject({ granted: 0, nextAt: sharp + 20_000 });
    expect(spend('feishu', [], sharp + 19_999, 1)).toMatchObject({
      granted: 0,
      nextAt: sharp + 20_000,
    });
    expect(spend('feishu', [], sharp + 20_000, 1).granted).toBe(1);
    expect(spend('dingtalk', [], sharp, 1).granted).toBe(1);
  });

  test('gives nothing back for a clock that went back, and takes nothing', () => {
    const { left } = spend('slack', [], NOW, 1);

    const before = spend('slack', left, NOW - 5_000, 1);
    expect(before.granted).toBe(0);
    expect(spend('slack', before.left, NOW + 500, 1)).toMatchObject({
      granted: 0,
      nextAt: NOW + 1_000,
    });
    expect(spend('slack', before.left, NOW + 1_000, 1).granted).toBe(1);
  });

  test('of several channels that lead to one robot is what the one knows that has seen most of it go', () => {
    const one = spend('feishu', [], NOW, 1).left;
    const other = spend('feishu', [], NOW + 10_000, 2).left;
    const now = NOW + 10_000;

    expect(pooled('feishu', [one, [], other], now)).toEqual(other);
    expect(pooled('feishu', [other, one], now)).toEqual(other);
    // What flowed back meanwhile counts.
    expect(pooled('feishu', [one, other], now + 3_600_000)).toHaveLength(2);
    expect(pooled('feishu', [[], []], now)).toEqual([]);
    // Each limit by itself.
    expect(
      pooled(
        'feishu',
        [
          [
            { tokens: 5, at: now },
            { tokens: 2, at: now },
          ],
          [
            { tokens: 9, at: now },
            { tokens: 1, at: now },
          ],
        ],
        now,
      ),
    ).toEqual([
      { tokens: 5, at: now },
      { tokens: 1, at: now },
    ]);
  });
});
