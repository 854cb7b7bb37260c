'use client';

import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

const PAGES = { alerts: '/alerts', rules: '/alerts/rules', channels: '/alerts/channels' } as const;

/** The three pages of alerts, as links: each has an address of its own. */
export function AlertTabs({ here }: { here: keyof typeof PAGES }) {
  const t = useTranslations('alerts.tabs');

  return (
    <nav aria-label={t('label')} className="flex gap-1 border-b">
      {(Object.keys(PAGES) as (keyof typeof PAGES)[]).map((page) => (
        <Link
          key={page}
          href={PAGES[page]}
          aria-current={page === here ? 'page' : undefined}
          className={clsx(
            '-mb-px inline-flex h-9 items-center border-b-2 px-2.5 text-sm font-medium transition-colors hover:text-text',
            page === here ? 'border-accent text-text' : 'border-transparent text-muted',
          )}
        >
          {t(page)}
        </Link>
      ))}
    </nav>
  );
}
