/** A schedule as it is written in the form: texts, until it is sent. */
import type { Schedule } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import type { Bounds } from '#engine/schedule/bounds.ts';
import type { ScheduleInput } from './moves.ts';

export type WrittenSchedule = Pick<
  Schedule,
  'key' | 'cron' | 'timeZone' | 'objectId' | 'overlap' | 'catchUp'
> & {
  readonly input: string;
  readonly catchUpLimit: string;
  /** As the browser's control writes them, by the clock of this browser; empty: none. */
  readonly startAt: string;
  readonly endAt: string;
};

export function writtenFrom(schedule: Schedule | null): WrittenSchedule {
  return {
    key: schedule?.key ?? '',
    cron: schedule?.cron ?? '0 8 * * MON-FRI',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    objectId: schedule?.objectId ?? '{{ schedule.key }}',
    input: JSON.stringify(schedule?.input ?? {}, null, 2),
    overlap: schedule?.overlap ?? 'allow',
    catchUp: schedule?.catchUp ?? 'last',
    catchUpLimit: String(schedule?.catchUpLimit ?? 10),
    startAt: localOf(schedule?.startAt ?? null),
    endAt: localOf(schedule?.endAt ?? null),
  };
}

/** What is sent; `input` as it was read from its text. Times that nobody touched stay as they are, to the second. */
export function inputOf(
  written: WrittenSchedule,
  input: Json,
  schedule: Schedule | null,
): ScheduleInput & { key: string } {
  const momentOf = (name: 'startAt' | 'endAt') =>
    schedule !== null && written[name] === localOf(schedule[name])
      ? schedule[name]
      : instantOf(written[name]);

  return {
    ...written,
    input,
    catchUpLimit: Number(written.catchUpLimit),
    startAt: momentOf('startAt'),
    endAt: momentOf('endAt'),
  };
}

export function boundsOf({ startAt, endAt }: Pick<WrittenSchedule, 'startAt' | 'endAt'>): Bounds {
  return {
    startAt: startAt === '' ? null : Date.parse(startAt),
    endAt: endAt === '' ? null : Date.parse(endAt),
  };
}

/** Whether what is written is due when the schedule was due before. */
export function hasSameClock(schedule: Schedule | null, written: WrittenSchedule): boolean {
  const before = writtenFrom(schedule);
  return (
    schedule !== null &&
    (['cron', 'timeZone', 'startAt', 'endAt'] as const).every(
      (name) => before[name] === written[name],
    )
  );
}

function localOf(at: string | null): string {
  if (at === null) {
    return '';
  }
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString();
}
