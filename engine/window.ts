/** Windows of time in which work may begin, by the wall clock of a time zone: summer time and all (Temporal, the language's own). */
import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type TimeWindow } from './definition.ts';

/** One that begins on a single weekday, and has ended today, begins on this day of the next week. */
const DAYS_AHEAD = 7;

/**
 * The earliest moment from `now` on at which the window is open, in ms since the epoch: `now` itself if it is open already. A time of day
 * that a change of clocks leaves out counts as the same time after the change; one that comes twice counts from its first coming.
 *
 * @throws RangeError if the time zone does not exist; publishing refuses such a window.
 */
export function opensAt(window: TimeWindow, now: number): number {
  const { from, to, timeZone, days = WEEKDAYS } = window;
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();

  // One that began yesterday may still be open.
  for (let ahead = -1; ahead <= DAYS_AHEAD; ahead += 1) {
    const begins = today.add({ days: ahead });
    const weekday = WEEKDAYS[begins.dayOfWeek - 1];

    if (weekday === undefined || !days.includes(weekday)) {
      continue;
    }
    const ends = to > from ? begins : begins.add({ days: 1 });

    if (momentOf(ends, to, timeZone) > now) {
      return Math.max(momentOf(begins, from, timeZone), now);
    }
  }

  throw new RangeError(`the window from ${from} to ${to} never opens`);
}

function momentOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}

/** An RFC 3339 time in ms since the epoch; null if the text is none. */
export function parseMoment(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

/** Whether a time zone is known, by its IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
