/** A schedule may begin and end: which due times lie in between, and whether there are any left. */
import type { Cron } from './cron.ts';
import { nextDues } from './due.ts';

/** In ms since the epoch; null: none. A due time may fall on either. */
export type Bounds = { readonly startAt: number | null; readonly endAt: number | null };

/** The next due times after a moment, `count` at most. */
export function duesWithin(
  cron: Cron,
  timeZone: string,
  { startAt, endAt }: Bounds,
  after: number,
  count: number,
): number[] {
  const from = startAt === null ? after : Math.max(after, startAt - 1);
  return nextDues(cron, timeZone, from, count).filter((due) => endAt === null || due <= endAt);
}

/** Why a schedule will never be due (again); null: it will. `past`: its end has come. `no_due_time`: it ends before its next due time. */
export function whyNeverDue(
  cron: Cron,
  timeZone: string,
  bounds: Bounds,
  now: number,
): 'past' | 'no_due_time' | null {
  if (bounds.endAt !== null && bounds.endAt <= now) {
    return 'past';
  }
  return duesWithin(cron, timeZone, bounds, now, 1).length === 0 ? 'no_due_time' : null;
}
