'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { duesWithin, type Bounds } from '#engine/schedule/bounds.ts';
import { readCron } from '#engine/schedule/cron.ts';
import { isTimeZone } from '#engine/window.ts';
import { useMinute } from './fault.ts';

const SHOWN = 5;

type NextRunsProps = { cron: string; timeZone: string; bounds: Bounds };

/** The next due times of what is being written, by the engine that will run it: what is shown is what will be. */
export function NextRuns({ cron, timeZone, bounds }: NextRunsProps) {
  const t = useTranslations('schedules');
  const format = useFormatter();
  const minute = useMinute();
  const { startAt, endAt } = bounds;
  const dues = useMemo(() => {
    const read = readCron(cron);
    return read.ok && isTimeZone(timeZone)
      ? duesWithin(read.cron, timeZone, { startAt, endAt }, minute, SHOWN)
      : [];
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
                hourCycle: 'h23',
                timeZoneName: 'short',
              })}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
