/**
 * When a cron expression is due in a time zone, summer time and all.
 *
 * One that names hours is due once for each wall-clock time: a time that a change of clocks leaves out is made up for after it, as the same
 * time by the old clock (02:30 becomes 03:30, and 03:30 itself is not due twice); one that comes twice counts when it comes first. One
 * that comes in every hour goes by the hours that pass: nothing is left out in spring, and the hour that comes twice is served twice.
 */
import { Temporal } from 'temporal-polyfill';
import type { Cron } from './cron.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The first due time after a moment, in ms since the epoch; null if none ever comes. */
export function nextDue(cron: Cron, timeZone: string, after: number): number | null {
  return cron.everyHour ? nextByHours(cron, timeZone, after) : nextByClock(cron, timeZone, after);
}

/** The next `count` due times after a moment. */
export function nextDues(cron: Cron, timeZone: string, after: number, count: number): number[] {
  const dues: number[] = [];

  for (let due = nextDue(cron, timeZone, after); due !== null && dues.length < count;) {
    dues.push(due);
    due = nextDue(cron, timeZone, due);
  }
  return dues;
}

/**
 * The last due times from one moment to another, both included, `most` of them at most and in order. It looks back from the end, so that
 * a year of downtime costs no more than a minute.
 */
export function lastDues(
  cron: Cron,
  timeZone: string,
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
): number[] {
  // No cron is due more often than once a minute, so the first look finds hardly more than it needs, each further one twice that.
  for (let back = most * MINUTE_MS; ; back *= 2) {
    const start = Math.max(from, to - back);
    const dues = duesBetween(cron, timeZone, start - 1, to);

    if (start === from || dues.length >= most) {
      return dues.slice(-most);
    }
  }
}

function duesBetween(cron: Cron, timeZone: string, after: number, to: number): number[] {
  const dues: number[] = [];

  for (
    let due = nextDue(cron, timeZone, after);
    due !== null && due <= to;
    due = nextDue(cron, timeZone, due)
  ) {
    dues.push(due);
  }
  return dues;
}

/** Counts on with the clock as it goes now; where the clock is changed before the next time, counts again from the change. */
function nextByHours(cron: Cron, timeZone: string, after: number): number | null {
  let from = after;

  for (;;) {
    // What is due in the very moment of a change goes by the new clock.
    const zoned = at(from + 1, timeZone);
    const offset = offsetOf(zoned);
    const wall = cron.next(from + offset);

    // To ask for the change itself takes a thousand times as long.
    if (wall === null || offsetOf(at(wall - offset, timeZone)) === offset) {
      return wall === null ? null : wall - offset;
    }
    const change = zoned.getTimeZoneTransition('next');
    from = (change?.epochMilliseconds ?? wall - offset) - 1;
  }
}

/** Walks the wall clock. Times that were left out are moved behind others, so the earliest is known only when one stands where it is. */
function nextByClock(cron: Cron, timeZone: string, after: number): number | null {
  const offset = offsetOf(at(after, timeZone));
  const leftOut = Math.max(0, offset - offsetOf(at(after - DAY_MS, timeZone)));
  let earliest: number | null = null;

  for (let wall = cron.next(after + offset - leftOut); wall !== null; wall = cron.next(wall)) {
    const { moment, exact } = momentOf(wall, timeZone);
    if (moment > after) {
      earliest = Math.min(moment, earliest ?? moment);
    }
    if (earliest !== null && exact) {
      return earliest;
    }
  }
  return earliest;
}

/** `exact`: the clock does show this time. */
function momentOf(wall: number, timeZone: string): { moment: number; exact: boolean } {
  const shown = at(wall, 'UTC').toPlainDateTime();
  const zoned = shown.toZonedDateTime(timeZone, { disambiguation: 'compatible' });

  return {
    moment: zoned.epochMilliseconds,
    exact: zoned.toPlainDateTime().equals(shown),
  };
}

function at(moment: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
}

function offsetOf(zoned: Temporal.ZonedDateTime): number {
  return zoned.offsetNanoseconds / 1_000_000;
}
