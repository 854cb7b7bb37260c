/**
 * What findings make of an alert. Pure: the job loads what is open, asks here, and writes the verdicts.
 *
 *     finding ──> firing ── GROUP_MS later: the first message, with all that came meanwhile ──> at most one per quiet period
 *                   │ a person: acknowledged, no more messages
 *                   └── a condition that no longer holds, or nothing new for the quiet period ──> resolved
 */
import type { AlertFacts } from './facts.ts';
import { COUNTED_KINDS, type AlertKind, type AlertState } from './rule.ts';

/** What comes within this of the first finding is in the first message. A condition must be over for as long to count as over. */
export const GROUP_MS = 30_000;

/** One thing that a rule found at one look. The same fingerprint is the same alert. */
export type Finding = {
  readonly fingerprint: string;
  readonly facts: AlertFacts;
  /** How often it happened since the last look; of conditions 1. */
  readonly count: number;
};

/** The alert of a fingerprint as it stands; moments in ms. */
export type OpenAlert = {
  readonly state: Exclude<AlertState, 'resolved'>;
  readonly kind: AlertKind;
  readonly quietMs: number;
  readonly count: number;
  readonly lastAt: number;
  readonly dueAt: number | null;
  /** When its channels last heard of this fingerprint, be it of an alert before this one. */
  readonly sentAt: number | null;
  /** They have heard of this very alert. */
  readonly told: boolean;
};

/** Of the alert before, with the same fingerprint: one quiet period spans them. */
export type Former = { readonly sentAt: number | null };

/** When a new alert speaks for the first time. */
export function firstDue(former: Former | null, quietMs: number, now: number): number {
  return Math.max(now + GROUP_MS, former?.sentAt == null ? 0 : former.sentAt + quietMs);
}

export type Verdict =
  | { readonly type: 'nothing' }
  | {
      readonly type: 'renew';
      readonly count: number;
      readonly lastAt: number;
      readonly dueAt: number | null;
    }
  /** `tell`: its channels have heard of it and are to hear that it is over. */
  | { readonly type: 'resolve'; readonly tell: boolean };

/** `finding` null: the rule found it no more. */
export function judgeAlert(alert: OpenAlert, finding: Finding | null, now: number): Verdict {
  const counted = COUNTED_KINDS.has(alert.kind);

  if (finding === null) {
    const over = now - alert.lastAt >= (counted ? Math.max(alert.quietMs, GROUP_MS) : GROUP_MS);
    // What happened is told first, however short the quiet period is.
    return over && (!counted || alert.dueAt === null)
      ? { type: 'resolve', tell: !counted && alert.told }
      : { type: 'nothing' };
  }

  const speaks = counted && alert.state === 'firing' && alert.dueAt === null;
  return {
    type: 'renew',
    count: counted ? alert.count + finding.count : alert.count,
    lastAt: now,
    dueAt: speaks
      ? Math.max(now + GROUP_MS, (alert.sentAt ?? now - alert.quietMs) + alert.quietMs)
      : alert.dueAt,
  };
}
