import { useTranslations } from 'next-intl';
import { readCron } from '#engine/schedule/cron.ts';

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
