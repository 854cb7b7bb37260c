'use client';

import { useFormatter, useTranslations } from 'next-intl';
import type { SimulatedNode } from '#engine/simulate/answer.ts';

/** How something failed, or what to do about it where that is known; the engine's own words are on hover. */
export function ErrorText({
  error: { message, notGiven },
  className,
}: {
  error: NonNullable<SimulatedNode['error']>;
  className?: string;
}) {
  const t = useTranslations('simulate');
  const format = useFormatter();

  return (
    <span className={className} title={message}>
      {notGiven.length === 0 ? message : t('notGiven', { nodes: format.list(notGiven) })}
    </span>
  );
}
