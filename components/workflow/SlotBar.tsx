'use client';

import { useFormatter, useTranslations } from 'next-intl';

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

  const share = Math.min(1, running / limit);

  return (
    <span className="flex items-center gap-2">
      <span
        aria-hidden
        data-tone={share === 1 ? 'warn' : 'active'}
        className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken ring-1 ring-line"
      >
        <span className="block h-full bg-tone-solid" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="text-xs text-muted tabular-nums">{t('slots', { running, limit })}</span>
    </span>
  );
}
