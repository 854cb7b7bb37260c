import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spend, type Allowance } from './allowance.ts';
import { CHANNEL_KINDS, type ChannelKind } from './channel.ts';
import { firstDue, GROUP_MS, judgeAlert, type OpenAlert } from './decide.ts';
import type { AlertFacts } from './facts.ts';
import { describeAlert } from './text.ts';

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
    expect(spend('feishu', [], sharp + 20_000, 1).granted).toBe(1);
    expect(spend('dingtalk', [], sharp, 1).granted).toBe(1);
  });
});

test('every kind of alert has words in both languages', () => {
  const facts: AlertFacts[] = [
    failed,
    { kind: 'failure_rate', workflow: 'order', failed: 1, ended: 3, windowSeconds: 600 },
    { kind: 'task_stuck', work: 'w', count: 2, oldestSeconds: 4_000, instances: [] },
    { kind: 'backlog', of: 'tasks', key: 'w', count: 1_000, more: true, oldestSeconds: 61 },
    { kind: 'dispatch_timeout', work: 'w', count: 2, windowSeconds: 60 },
    { kind: 'endpoint_down', work: 'w', endpoint: 'http://w:80', deliveries: 3 },
    { kind: 'no_worker', work: 'w', waitedSeconds: 90_061, lastClaimAt: null },
    { kind: 'dead_letter', of: 'push', key: 'w', message: 'answered 404' },
  ];

  expect(facts.map((one) => describeAlert(one, 2, 'en').title)).toEqual([
    '2 instances of "order" failed',
    '33.3 % of the instances of "order" failed',
    '2 tasks of "w" stuck',
    'Backlog: more than 1000 tasks of work "w" wait',
    'Dispatch timeouts of "w": 2',
    'The endpoint of "w" does not answer',
    'No worker for "w"',
    '2 deliveries to "w" given up',
  ]);
  for (const one of facts) {
    expect(describeAlert(one, 2, 'zh').title).toMatch(/\p{Script=Han}/u);
  }
  expect(describeAlert({ ...facts[6] } as AlertFacts, 1, 'en').lines[0]).toBe(
    'A task has waited 1 d 1 h',
  );
});
