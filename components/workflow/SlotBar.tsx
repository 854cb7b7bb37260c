'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { ShareBar } from '../ui/ShareBar.tsx';

/** How many of its slots a workflow uses: "3 of 5" and a bar, or just the number where there is no limit. */
export function SlotBar({ running, limit }: { running: number; limit: number }) {
  const t = useTranslations('workflows');
  const format = useFormatter();

  if (limit === 0) {
    return (
      <span className={running === 0 ? 'text-faint tabular-nums' : 'tabular-nums'}>
        {format.number(running)}
      </span>
    );
  }

  return (
    <span className="flex items-center gap-2">
      <ShareBar
        className="h-1.5 w-16"
        total={limit}
        shares={[{ tone: running >= limit ? 'warn' : 'active', count: Math.min(running, limit) }]}
      />
      <span className="text-xs text-muted tabular-nums">{t('slots', { running, limit })}</span>
    </span>
  );
}
