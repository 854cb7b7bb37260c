import type { Locale } from 'next-intl';

/** Formatting of times and durations in the reader's own zone and language. `Intl` does the work, so each language comes for free. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One format for each language: making one takes far longer than using it, and a page of running tasks uses thousands a second. */
function perLocale<Format>(make: (locale: Locale) => Format): (locale: Locale) => Format {
  const made = new Map<Locale, Format>();

  return (locale) => {
    const format = made.get(locale) ?? make(locale);
    made.set(locale, format);
    return format;
  };
}

function dateFormat(options: Intl.DateTimeFormatOptions) {
  return perLocale((locale) => new Intl.DateTimeFormat(locale, options));
}

function amountOf(unit: string, maximumFractionDigits = 0) {
  const options = { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits } as const;
  return perLocale((locale) => new Intl.NumberFormat(locale, options));
}

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

const relative = perLocale(
  (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }),
);
const day = dateFormat({ dateStyle: 'medium' });
const instant = dateFormat({
  ...TIME,
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  timeZoneName: 'short',
});
const clock = dateFormat({ ...TIME, fractionalSecondDigits: 3 });
const timeOfDay = dateFormat(TIME);

const milliseconds = amountOf('millisecond');
const tenths = amountOf('second', 1);
const seconds = amountOf('second');
const minutes = amountOf('minute');
const hours = amountOf('hour');
const days = amountOf('day');

/** "3 min. ago", "in 2 hr.", "yesterday" */
export function formatRelative(at: Date, now: Date, locale: Locale): string {
  const ms = at.getTime() - now.getTime();
  const size = Math.abs(ms);
  const format = relative(locale);
  const says = (unitMs: number) => Math.round(ms / unitMs);

  if (size < 5 * SECOND) {
    return format.format(0, 'second');
  }
  if (Math.abs(says(SECOND)) < 60) {
    return format.format(says(SECOND), 'second');
  }
  if (Math.abs(says(MINUTE)) < 60) {
    return format.format(says(MINUTE), 'minute');
  }
  if (size < DAY) {
    return format.format(says(HOUR), 'hour');
  }
  if (size < 30 * DAY) {
    return format.format(daysBetween(now, at), 'day');
  }
  return day(locale).format(at);
}

/** By the calendar of the reader: thirty hours before the small hours of Wednesday was not yesterday. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

  // A day of the change of clocks has an hour more or less.
  return Math.round((midnight(to) - midnight(from)) / DAY);
}

/** The whole of it: "Nov 21, 2026, 14:03:07 GMT+8". */
export function formatInstant(at: Date, locale: Locale): string {
  return instant(locale).format(at);
}

/** "14:03:07.250": for rows that lie within one run. */
export function formatClock(at: Date, locale: Locale): string {
  return clock(locale).format(at);
}

/** "14:03:07" */
export function formatTimeOfDay(at: Date, locale: Locale): string {
  return timeOfDay(locale).format(at);
}

/** "850ms", "1.2s", "3m 4s", "2h 10m", "3d 4h": two units at most, as one reads durations in a list. */
export function formatDuration(ms: number, locale: Locale): string {
  const size = Math.max(0, ms);

  if (size < SECOND) {
    return milliseconds(locale).format(Math.floor(size));
  }
  if (size < 10 * SECOND) {
    return tenths(locale).format(Math.floor(size / 100) / 10);
  }
  if (size < MINUTE) {
    return seconds(locale).format(Math.floor(size / SECOND));
  }

  const [large, largeMs, small, smallMs] =
    size < HOUR
      ? ([minutes, MINUTE, seconds, SECOND] as const)
      : size < DAY
        ? ([hours, HOUR, minutes, MINUTE] as const)
        : ([days, DAY, hours, HOUR] as const);
  const whole = Math.floor(size / largeMs);
  const rest = Math.floor((size - whole * largeMs) / smallMs);

  const parts = [large(locale).format(whole), ...(rest === 0 ? [] : [small(locale).format(rest)])];

  return parts.join(locale === 'zh' ? '' : ' ');
}
