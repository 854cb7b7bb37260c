'use client';

import { useTranslations } from 'next-intl';
import { ErrorState } from '#components/ui/states.tsx';

/** A page broke while it was drawn: a fault of ours, not a refusal of the API. */
export default function ShellError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations('broken');

  return (
    <div className="card">
      <ErrorState title={t('title')} message={t('text')} reference={error.digest} onRetry={reset} />
    </div>
  );
}
