/** The durations and times of a WAIT. */
import { Temporal } from 'temporal-polyfill';

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** `1 days 2 hours`, `10m20s`; null: it is none. */
export function readDuration(text: string): number | null {
  const parts = /^\s*(?:\d+\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\s*)+$/i;
  if (!parts.test(text)) {
    return null;
  }
  return [...text.toLowerCase().matchAll(/(\d+)\s*([dhms])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (SECONDS[unit] ?? 1),
    0,
  );
}

/** `2026-11-21 10:00 GMT+04:00`, `2026-11-21 10:00`, `2026-11-21`; null: it is none. Without a zone: UTC. */
export function readTime(text: string): { readonly time: string; readonly zoned: boolean } | null {
  const [, day, clock = '00:00', zone] =
    /^\s*(\d{4}-\d\d-\d\d)(?:\s+(\d\d:\d\d))?(?:\s+(\S+))?\s*$/.exec(text) ?? [];
  if (day === undefined) {
    return null;
  }
  const name = (zone ?? 'UTC').replace(/^(?:GMT|UTC)(?=[+-])/, '').replace(/^(?:GMT|Z)$/, 'UTC');
  try {
    const time = Temporal.PlainDateTime.from(`${day}T${clock}`).toZonedDateTime(name).toInstant();
    return { time: time.toString(), zoned: zone !== undefined };
  } catch {
    return null;
  }
}
