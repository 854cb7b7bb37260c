/**
 * Cron with five fields, as everybody writes it: minute, hour, day of the month, month, day of the week. A `Cron` knows wall clocks only;
 * what they mean in a time zone is due.ts.
 */
import { Cron as Calendar } from 'croner';
import { Temporal } from 'temporal-polyfill';

export const CRON_FIELDS = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;

export type CronField = (typeof CRON_FIELDS)[number];

/** `start` and `end` are character positions in the text. */
export type CronError = {
  readonly code: 'too_long' | 'field_count' | 'bad_field' | 'never';
  readonly message: string;
  /** Of `bad_field`. */
  readonly field: CronField | null;
  readonly start: number;
  readonly end: number;
};

export type Cron = {
  readonly source: string;
  /** It comes in every hour of its days: then the hours that pass count, not what the clock calls them. */
  readonly everyHour: boolean;
  /** The next time after one, both as wall clocks: what UTC would show at so many ms. Null: there is none. */
  readonly next: (wall: number) => number | null;
};

const LONGEST = 200;
const HOURS = 24;

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const WANTED: Readonly<Record<CronField, string>> = {
  minute: 'a minute (0 to 59)',
  hour: 'an hour (0 to 23)',
  dayOfMonth: 'a day of the month (1 to 31, L for the last)',
  month: 'a month (1 to 12, or JAN to DEC)',
  dayOfWeek: 'a day of the week (0 to 7, or SUN to SAT)',
};

/** Reads a cron expression; what is wrong is named with its place. Never throws. */
export function readCron(text: string): { ok: true; cron: Cron } | { ok: false; error: CronError } {
  const refuse = (
    code: CronError['code'],
    message: string,
    { start = 0, end = text.length, field = null as CronField | null } = {},
  ) => ({ ok: false, error: { code, message, field, start, end } }) as const;

  if (text.length > LONGEST) {
    return refuse('too_long', `must have ${LONGEST} characters at most`);
  }
  const source = NICKNAMES[text.trim().toLowerCase()] ?? text;
  const fields = [...source.matchAll(/\S+/g)];

  if (fields.length !== CRON_FIELDS.length) {
    return refuse(
      'field_count',
      `must have five fields (minute, hour, day of month, month, day of week), not ${fields.length}`,
    );
  }

  for (const [place, { 0: part, index }] of fields.entries()) {
    const field = CRON_FIELDS[place] ?? 'minute';
    const alone = CRON_FIELDS.map((_, other) => (other === place ? part : '*')).join(' ');

    if (calendarOf(alone) === null) {
      return refuse(
        'bad_field',
        `"${part}" is not ${WANTED[field]}, *, nor a list, range or step of such`,
        { field, start: index, end: index + part.length },
      );
    }
  }

  const calendar = calendarOf(source.trim());
  if (calendar === null) {
    return refuse('bad_field', `"${text}" is not a cron expression`);
  }
  if (next(calendar, 0) === null) {
    return refuse('never', 'no such day ever comes');
  }
  return {
    ok: true,
    cron: {
      source: text,
      everyHour: isEveryHour(fields[1]?.[0] ?? '*'),
      next: (wall) => next(calendar, wall),
    },
  };
}

/** `?` stands for the time of reading there, which is not what anybody who writes it in the other dialects wants. */
function calendarOf(pattern: string): Calendar | null {
  if (pattern.includes('?')) {
    return null;
  }
  try {
    return new Calendar(pattern, { utcOffset: 0, paused: true, mode: '5-part' });
  } catch {
    return null;
  }
}

function isEveryHour(field: string): boolean {
  const hours = calendarOf(`0 ${field} * * *`);
  let [wall, count] = [-1, 0];

  for (; hours !== null && count <= HOURS; count += 1) {
    wall = next(hours, wall) ?? HOURS * 3_600_000;
    if (wall >= HOURS * 3_600_000) {
      break;
    }
  }
  return count === HOURS;
}

function next(calendar: Calendar, wall: number): number | null {
  return calendar.nextRun(textOf(wall))?.getTime() ?? null;
}

/** Croner takes a moment as text too, and the engine has no other way to say one. */
function textOf(wall: number): string {
  return Temporal.Instant.fromEpochMilliseconds(wall).toString({ smallestUnit: 'millisecond' });
}
