/** A schedule as it is written in the form: texts, until it is sent. */
import type { Schedule } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
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

/** What is sent; `input` as it was read from its text. */
export function inputOf(written: WrittenSchedule, input: Json): ScheduleInput & { key: string } {
  return {
    ...written,
    input,
    catchUpLimit: Number(written.catchUpLimit),
    startAt: instantOf(written.startAt),
    endAt: instantOf(written.endAt),
  };
}

function localOf(at: string | null): string {
  if (at === null) {
    return '';
  }
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function instantOf(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString();
}
