'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { readCron } from '#engine/schedule/cron.ts';
import { nextDues } from '#engine/schedule/due.ts';
import { isTimeZone } from '#engine/window.ts';
import { useNow } from '../ui/now.ts';

const SHOWN = 5;
const MINUTE_MS = 60_000;

type NextRunsProps = {
  cron: string;
  timeZone: string;
  startAt: string | null;
  endAt: string | null;
};

/** The next due times of what is being written, by the engine that will run it: what is shown is what will be. */
export function NextRuns({ cron, timeZone, startAt, endAt }: NextRunsProps) {
  const t = useTranslations('schedules');
  const format = useFormatter();
  const minute = useNow((now) => Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
  const dues = useMemo(() => {
    const read = readCron(cron);
    if (!read.ok || !isTimeZone(timeZone)) {
      return [];
    }
    const after = startAt === null ? minute : Math.max(minute, Date.parse(startAt) - 1);
    const end = endAt === null ? Number.POSITIVE_INFINITY : Date.parse(endAt);
    return nextDues(read.cron, timeZone, after, SHOWN).filter((due) => due <= end);
  }, [cron, timeZone, startAt, endAt, minute]);

  return (
    <section aria-label={t('nextRuns')} aria-live="polite" className="rounded-md bg-sunken p-3">
      <h3 className="mb-1 text-xs font-medium">{t('nextRuns')}</h3>
      {dues.length === 0 ? (
        <p className="text-xs text-muted">{t('noNextRuns')}</p>
      ) : (
        <ol className="flex flex-col gap-0.5 text-xs text-muted tabular-nums">
          {dues.map((due) => (
            <li key={due}>
              {format.dateTime(due, {
                timeZone,
                weekday: 'short',
                year: 'numeric',
                month: 'short',
                day: 'numeric',
                hour: '2-digit',
                minute: '2-digit',
                timeZoneName: 'short',
              })}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
