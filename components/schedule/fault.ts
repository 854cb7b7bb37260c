import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Schedule } from '#api/types.ts';
import { whyNeverDue } from '#engine/schedule/bounds.ts';
import { readCron } from '#engine/schedule/cron.ts';
import { isTimeZone } from '#engine/window.ts';
import { useNow } from '../ui/now.ts';
import { boundsOf, hasSameClock, type WrittenSchedule } from './schedule_form.ts';

const MINUTE_MS = 60_000;

/** What is wrong with a cron expression, with its place: the engine's own reading. */
export function useCronFault(): (cron: string) => string | undefined {
  const t = useTranslations('schedules.cronFault');

  return (cron) => {
    const read = readCron(cron);
    if (read.ok) {
      return undefined;
    }
    const { code, field, start, end } = read.error;
    return code === 'bad_field' && field !== null
      ? t('bad_field', { part: cron.slice(start, end), place: start + 1, field: t(field) })
      : t(code === 'bad_field' ? 'field_count' : code);
  };
}

/** What is wrong with the end of a schedule, in the words of whoever will refuse it: one that has run its course may stay as it is. */
export function useEndFault(
  schedule: Schedule | null,
  written: WrittenSchedule,
): string | undefined {
  const t = useTranslations('schedules');
  const minute = useMinute();
  const fault = useMemo(() => {
    const { startAt, endAt } = boundsOf(written);
    if (startAt !== null && endAt !== null && endAt < startAt) {
      return 'before_start';
    }
    const read = readCron(written.cron);
    const isJudged =
      endAt !== null && read.ok && isTimeZone(written.timeZone) && !hasSameClock(schedule, written);
    return isJudged ? whyNeverDue(read.cron, written.timeZone, { startAt, endAt }, minute) : null;
  }, [schedule, written, minute]);

  return fault === null ? undefined : t(`endFault.${fault}`);
}

/** The beginning of the present minute: nothing here changes more often. */
export function useMinute(): number {
  return useNow((now) => Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
}
