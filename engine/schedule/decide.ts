/**
 * What a schedule does with its due times. Pure: the operation says what runs and what waits, and writes the verdict.
 *
 *     due times up to now ──catch-up──> those to serve, the rest "missed" ──overlap──> started | waiting | skipped
 */
import type { Cron } from './cron.ts';
import { lastDues, nextDue } from './due.ts';

/** What becomes of a due time while an earlier instance of the schedule has not ended. */
export const OVERLAPS = ['allow', 'skip', 'queue', 'replace'] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What becomes of due times that passed while nobody looked. */
export const CATCH_UPS = ['none', 'last', 'all'] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** What became of a due time. `waiting` becomes `started` or `failed`. */
export const RUN_OUTCOMES = ['started', 'waiting', 'skipped', 'missed', 'failed'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** As late may a due time be looked at that still counts as served on time, in ms. */
export const ON_TIME_MS = 60_000;

/** A schedule of which a due time has come, as the job finds it. Moments in ms since the epoch. */
export type DueSchedule = {
  readonly cron: Cron;
  readonly timeZone: string;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly catchUpLimit: number;
  /** The first due time that was not looked at. */
  readonly nextAt: number;
  readonly endAt: number | null;
};

export type Decision = {
  readonly at: number;
  readonly outcome: 'started' | 'waiting' | 'skipped' | 'missed';
};

export type Verdict = {
  /** In the order of their times. */
  readonly runs: readonly Decision[];
  /** Instances of the schedule that have not ended make room. */
  readonly replaces: boolean;
  readonly nextAt: number | null;
};

/** `busy`: an earlier instance has not ended; `waiting`: a due time waits for that already. */
export function decide(
  schedule: DueSchedule,
  {
    now,
    busy,
    waiting,
  }: { readonly now: number; readonly busy: boolean; readonly waiting: boolean },
): Verdict {
  const { cron, timeZone, nextAt, endAt } = schedule;
  const to = Math.min(now, endAt ?? now);
  const served = toServe(schedule, now, to);
  const first = served[0] ?? null;
  const missed: Decision[] =
    first === null || first > nextAt ? [{ at: nextAt, outcome: 'missed' }] : [];
  const following = nextDue(cron, timeZone, Math.max(now, nextAt));

  return {
    runs: [...missed, ...overlapping(schedule.overlap, served, { busy, waiting })],
    replaces: schedule.overlap === 'replace' && busy && served.length > 0,
    nextAt: following !== null && (endAt === null || following <= endAt) ? following : null,
  };
}

function toServe(schedule: DueSchedule, now: number, to: number): readonly number[] {
  const most = schedule.catchUp === 'all' ? schedule.catchUpLimit : 1;
  const dues = lastDues(schedule.cron, schedule.timeZone, { from: schedule.nextAt, to, most });

  return schedule.catchUp === 'none' ? dues.filter((due) => now - due <= ON_TIME_MS) : dues;
}

function overlapping(
  overlap: Overlap,
  dues: readonly number[],
  state: { readonly busy: boolean; readonly waiting: boolean },
): Decision[] {
  let { busy, waiting } = state;

  return dues.map((at, place): Decision => {
    switch (overlap) {
      case 'allow':
        return { at, outcome: 'started' };
      case 'skip':
      case 'queue': {
        if (!busy) {
          busy = true;
          return { at, outcome: 'started' };
        }
        if (overlap === 'skip' || waiting) {
          return { at, outcome: 'skipped' };
        }
        waiting = true;
        return { at, outcome: 'waiting' };
      }
      case 'replace':
        // Each would make room for the next one at once.
        return { at, outcome: place === dues.length - 1 ? 'started' : 'skipped' };
    }
  });
}
