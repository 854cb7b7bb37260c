'use client';

import { useFormatter, useTranslations } from 'next-intl';
import type { TaskSummary } from '#api/types.ts';
import { ShareBar } from '../ui/ShareBar.tsx';

type Segments = NonNullable<TaskSummary['segments']>;

/** How far a fan-out has come: one stacked bar, and the count in words. */
export function SegmentBar({ segments }: { segments: Segments }) {
  const t = useTranslations('segments');
  const format = useFormatter();
  const { total, succeeded, failed } = segments;

  return (
    <span className="flex items-center gap-2">
      <ShareBar
        className="h-1.5 w-28"
        total={total}
        shares={[
          { tone: 'good', count: succeeded },
          { tone: 'bad', count: failed, hatched: true },
        ]}
      />
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
