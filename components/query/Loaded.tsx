'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { ErrorState } from '../ui/states.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { ApiProblem } from './problem.ts';
import { useProblemText } from './problem_text.ts';

type LoadedProps<Data> = {
  query: UseQueryResult<Data>;
  /** Stands in until there is something to show. */
  skeleton: ReactNode;
  /** Whether an error stands in a card of its own: not inside of a panel. */
  framed?: boolean;
  /** Where it is the page itself that is read, not a part of it. */
  errorAs?: 'p' | 'h1';
  children: (data: Data) => ReactNode;
};

/**
 * The four faces of something that is read from the server: coming, could not be had (with another try), there, and there but old
 * because it could not be read again.
 */
export function Loaded<Data>({
  query,
  skeleton,
  framed = true,
  errorAs = 'p',
  children,
}: LoadedProps<Data>) {
  const problemText = useProblemText();

  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <StaleNotice at={query.dataUpdatedAt} onRetry={() => void query.refetch()} />
        )}
        {children(query.data)}
      </>
    );
  }

  if (query.isError) {
    return (
      <div className={framed ? 'card' : undefined}>
        <ErrorState
          titleAs={errorAs}
          message={problemText(query.error)}
          reference={query.error instanceof ApiProblem ? query.error.requestId : undefined}
          onRetry={() => void query.refetch()}
        />
      </div>
    );
  }

  return skeleton;
}

function StaleNotice({ at, onRetry }: { at: number; onRetry: () => void }) {
  const t = useTranslations('common');

  return (
    <div
      role="status"
      data-tone="warn"
      className="flex items-center justify-between gap-3 rounded-md border border-tone-line bg-tone-soft px-3 py-1.5 text-xs text-tone"
    >
      <span>{t.rich('stale', { time: relativeTime(new Date(at).toISOString()) })}</span>
      <Button size="sm" onClick={onRetry}>
        {t('tryAgain')}
      </Button>
    </div>
  );
}
