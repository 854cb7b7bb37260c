import type { Locale } from 'next-intl';

/** Formatting of times and durations in the reader's own zone and language. `Intl` does the work, so each language comes for free. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formatters = new Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `date ${locale} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known instanceof Intl.DateTimeFormat) {
    return known;
  }
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}

function relativeFormat(locale: Locale): Intl.RelativeTimeFormat {
  const key = `relative ${locale}`;
  const known = formatters.get(key);
  if (known instanceof Intl.RelativeTimeFormat) {
    return known;
  }
  const made = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  formatters.set(key, made);
  return made;
}

/** "3 min. ago", "in 2 hr." */
export function formatRelative(at: Date, now: Date, locale: Locale): string {
  const ms = at.getTime() - now.getTime();
  const size = Math.abs(ms);
  const format = relativeFormat(locale);

  if (size < 5 * SECOND) {
    return format.format(0, 'second');
  }
  if (size < MINUTE) {
    return format.format(Math.round(ms / SECOND), 'second');
  }
  if (size < HOUR) {
    return format.format(Math.round(ms / MINUTE), 'minute');
  }
  if (size < DAY) {
    return format.format(Math.round(ms / HOUR), 'hour');
  }
  if (size < 30 * DAY) {
    return format.format(Math.round(ms / DAY), 'day');
  }
  return dateFormat(locale, { dateStyle: 'medium' }).format(at);
}

/** The whole of it: "Nov 21, 2026, 14:03:07 GMT+8". */
export function formatInstant(at: Date, locale: Locale): string {
  return dateFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at);
}

/** "14:03:07.250": for rows that lie within one run. */
export function formatClock(at: Date, locale: Locale): string {
  return dateFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at);
}

function amount(value: number, unit: string, locale: Locale, digits = 0): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'narrow',
    maximumFractionDigits: digits,
  }).format(value);
}

/** "850ms", "1.2s", "3m 4s", "2h 10m", "3d 4h": two units at most, as one reads durations in a list. */
export function formatDuration(ms: number, locale: Locale): string {
  const size = Math.max(0, ms);

  if (size < SECOND) {
    return amount(Math.round(size), 'millisecond', locale);
  }
  if (size < 10 * SECOND) {
    return amount(Math.floor(size / 100) / 10, 'second', locale, 1);
  }
  if (size < MINUTE) {
    return amount(Math.floor(size / SECOND), 'second', locale);
  }

  const [large, largeMs, small, smallMs] =
    size < HOUR
      ? (['minute', MINUTE, 'second', SECOND] as const)
      : size < DAY
        ? (['hour', HOUR, 'minute', MINUTE] as const)
        : (['day', DAY, 'hour', HOUR] as const);
  const whole = Math.floor(size / largeMs);
  const rest = Math.floor((size - whole * largeMs) / smallMs);

  const parts = [
    amount(whole, large, locale),
    ...(rest === 0 ? [] : [amount(rest, small, locale)]),
  ];

  return parts.join(locale === 'zh' ? '' : ' ');
}
