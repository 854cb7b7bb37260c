'use client';

import { useFormatter, useTranslations } from 'next-intl';
import type { TaskSummary } from '#api/types.ts';

type Segments = NonNullable<TaskSummary['segments']>;

/** How far a fan-out has come: one stacked bar, and the count in words. */
export function SegmentBar({ segments }: { segments: Segments }) {
  const t = useTranslations('segments');
  const format = useFormatter();
  const { total, succeeded, failed } = segments;
  const share = (count: number) => `${total === 0 ? 0 : (100 * count) / total}%`;

  return (
    <span className="flex items-center gap-2">
      <span
        aria-hidden
        className="flex h-1.5 w-28 overflow-hidden rounded-full bg-sunken ring-1 ring-line"
      >
        <span data-tone="good" className="bg-tone-solid" style={{ width: share(succeeded) }} />
        <span data-tone="bad" className="hatched bg-tone-solid" style={{ width: share(failed) }} />
      </span>
      <span className="text-xs whitespace-nowrap text-muted tabular-nums">
        {t('done', { done: format.number(succeeded + failed), total: format.number(total) })}
        {failed > 0 && (
          <span data-tone="bad" className="text-tone">
            {' '}
            · {t('failed', { count: failed })}
          </span>
        )}
      </span>
    </span>
  );
}
