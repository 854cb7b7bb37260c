'use client';

import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import { CircleAlert, RefreshCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

type EmptyStateProps = {
  icon: LucideIcon;
  title: string;
  /** Where it is all that the page has to say. */
  titleAs?: 'p' | 'h1';
  /** What to do about it. */
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

export function EmptyState({
  icon: Icon,
  title,
  titleAs: Title = 'p',
  children,
  action,
  className,
}: EmptyStateProps) {
  return (
    <div
      className={clsx(
        'flex flex-col items-center justify-center gap-1 px-6 py-12 text-center',
        className,
      )}
    >
      <span className="mb-2 grid size-10 place-items-center rounded-full border bg-sunken">
        <Icon aria-hidden className="size-5 text-faint" />
      </span>
      <Title className="font-medium">{title}</Title>
      {children !== undefined && <div className="max-w-md text-sm text-muted">{children}</div>}
      {action !== undefined && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}

type ErrorStateProps = {
  title?: string;
  titleAs?: EmptyStateProps['titleAs'];
  /** What went wrong, in a sentence. */
  message: string;
  /** The request id, for the person who reads the logs. */
  reference?: string | undefined;
  onRetry?: (() => void) | undefined;
  className?: string;
};

export function ErrorState({
  title,
  titleAs: Title = 'p',
  message,
  reference,
  onRetry,
  className,
}: ErrorStateProps) {
  const t = useTranslations('common');

  return (
    <div
      role="alert"
      data-tone="bad"
      className={clsx(
        'flex flex-col items-center justify-center gap-1 px-6 py-12 text-center',
        className,
      )}
    >
      <span className="mb-2 grid size-10 place-items-center rounded-full border border-tone-line bg-tone-soft text-tone">
        <CircleAlert aria-hidden className="size-5" />
      </span>
      <Title className="font-medium">{title ?? t('couldNotLoad')}</Title>
      <p className="max-w-md text-sm break-words text-muted">{message}</p>
      {reference !== undefined && <p className="mono text-faint">{reference}</p>}
      {onRetry !== undefined && (
        <Button icon={RefreshCw} className="mt-3" onClick={onRetry}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  );
}

/** A grey stand-in of the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={clsx('block animate-pulse rounded-md bg-hover', className)} />
  );
}

/** Stand-ins for the rows of a list; `label` is what a screen reader hears. */
export function SkeletonRows({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="card divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-11 items-center gap-4 px-3">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-4 flex-1" />
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </div>
  );
}
