'use client';

import { useLocale } from 'next-intl';
import type { ReactNode } from 'react';
import { useNow } from './now.ts';
import { formatClock, formatDuration, formatInstant, formatRelative } from './format_time.ts';

/** "3 min. ago", with the exact time on hover. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const locale = useLocale();
  const date = new Date(at);
  const text = useNow((now) => formatRelative(date, now, locale));

  return (
    <time
      dateTime={at}
      title={formatInstant(date, locale)}
      className={className}
      suppressHydrationWarning
    >
      {text}
    </time>
  );
}

/** For `<time></time>` in a message: `t.rich('…', { time: relativeTime(at) })`. */
export function relativeTime(at: string): () => ReactNode {
  return () => <RelativeTime at={at} className="font-medium" />;
}

/** The exact time of day, with the date on hover. */
export function ClockTime({ at, className }: { at: string; className?: string }) {
  const locale = useLocale();
  const date = new Date(at);

  return (
    <time
      dateTime={at}
      title={formatInstant(date, locale)}
      className={className}
      suppressHydrationWarning
    >
      {formatClock(date, locale)}
    </time>
  );
}

/** From one moment to another, or to now while it goes on. */
export function Duration({
  from,
  to,
  className,
}: {
  from: string;
  to: string | null;
  className?: string;
}) {
  const locale = useLocale();
  const start = new Date(from).getTime();
  const end = to === null ? null : new Date(to).getTime();
  const text = useNow((now) => formatDuration((end ?? now.getTime()) - start, locale));

  return (
    <span className={className} suppressHydrationWarning>
      {text}
    </span>
  );
}
