'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { InstanceDetail } from '#api/types.ts';
import { isFinalInstance } from '#engine/states.ts';
import { RelativeTime, relativeTime } from '../../ui/Time.tsx';
import { useMoving } from '../useMoving.ts';
import { instanceForecastQuery } from './queries.ts';

/** When the instance will have ended, beside its other facts. Nothing where nobody knows. */
export function ExpectedEnd({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('forecast');
  const ended = isFinalInstance(instance.status);
  const { data } = useQuery({
    ...instanceForecastQuery(instance.id, { moving: useMoving(instance) }),
    enabled: !ended,
  });
  const expected = ended ? null : (data?.expectedEnd ?? null);

  if (expected === null) {
    return null;
  }
  return (
    <div className="flex flex-col">
      <dt className="text-2xs text-muted">{t('expectedEnd')}</dt>
      <dd title={t('expectedEndHint')}>
        <RelativeTime at={expected.p50} />{' '}
        {expected.p90 !== expected.p50 && (
          <span className="text-xs text-muted">
            {t.rich('atLatest', { time: relativeTime(expected.p90) })}
          </span>
        )}
      </dd>
    </div>
  );
}
