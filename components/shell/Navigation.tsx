'use client';

import { clsx } from 'clsx';
import { BookOpen } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { DESTINATIONS, isHere } from './destinations.ts';

const row =
  'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-muted transition-colors hover:bg-hover hover:text-text';

export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('nav');
  const pathname = usePathname();

  return (
    <nav aria-label={t('main')} className="flex flex-1 flex-col gap-0.5">
      {DESTINATIONS.map(({ key, href, icon: Icon }) => {
        const here = isHere(href, pathname);
        return (
          <Link
            key={key}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={clsx(row, here && 'bg-hover !text-text')}
            onClick={onNavigate}
          >
            <Icon aria-hidden className={clsx('size-4', here ? 'text-accent' : 'text-faint')} />
            {t(key)}
          </Link>
        );
      })}
      {/* oxlint-disable-next-line nextjs/no-html-link-for-pages -- a page of the API, not of Next */}
      <a href="/api/v1/docs" className={clsx(row, 'mt-auto')}>
        <BookOpen aria-hidden className="size-4 text-faint" />
        {t('reference')}
      </a>
    </nav>
  );
}
