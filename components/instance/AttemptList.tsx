'use client';

import { ChevronRight } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import type { Attempt } from '#api/types.ts';
import { FAILURE_CODES } from '#engine/states.ts';
import type { FailureCode } from '#engine/states.ts';
import { AttemptBadge } from '../status/StatusBadge.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { JsonView } from '../ui/JsonView.tsx';
import { Fact, Facts } from '../ui/Panel.tsx';
import { ClockTime, Duration } from '../ui/Time.tsx';
import { ChildLink } from './ChildLink.tsx';

type AttemptListProps = { attempts: readonly Attempt[]; total: number };

/** The hand-outs of a task, newest first; the newest stands open. */
export function AttemptList({ attempts, total }: AttemptListProps) {
  const t = useTranslations('attempts');
  const format = useFormatter();

  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">
        {t('title')}
        {total > attempts.length && (
          <span className="ml-2 text-xs font-normal text-muted">
            {t('shown', { shown: format.number(attempts.length), total: format.number(total) })}
          </span>
        )}
      </h3>
      <ol className="flex flex-col gap-2">
        {attempts.map((attempt, index) => (
          <li key={`${attempt.segment ?? ''}/${attempt.number}`}>
            <AttemptCard attempt={attempt} open={index === 0} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function AttemptCard({ attempt, open }: { attempt: Attempt; open: boolean }) {
  const t = useTranslations('attempts');

  return (
    <details open={open} className="group rounded-md border">
      <summary className="flex list-none items-center gap-2 rounded-md px-2.5 py-2 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90"
        />
        <span className="font-medium whitespace-nowrap">
          {attempt.segment === null
            ? t('number', { number: attempt.number })
            : t('numberOfSegment', { number: attempt.number, segment: attempt.segment })}
        </span>
        <AttemptBadge outcome={attempt.outcome} />
        <span className="ml-auto text-xs whitespace-nowrap text-muted tabular-nums">
          {attempt.startedAt !== null && (
            <Duration from={attempt.startedAt} to={attempt.finishedAt} />
          )}
        </span>
      </summary>
      <div className="flex flex-col gap-3 border-t px-2.5 py-3">
        <AttemptError attempt={attempt} />
        <AttemptTimes attempt={attempt} />
        {attempt.output !== null && (
          <JsonView value={attempt.output} label={t('output', { number: attempt.number })} />
        )}
        {attempt.input !== null && (
          <details>
            <summary className="mb-1 text-xs text-muted">{t('showInput')}</summary>
            <JsonView value={attempt.input} label={t('input', { number: attempt.number })} />
          </details>
        )}
      </div>
    </details>
  );
}

function AttemptError({ attempt }: { attempt: Attempt }) {
  const t = useTranslations('attempts');
  const codes = useTranslations('failure');
  const { code, error } = attempt;

  if (code === null && error === null) {
    return null;
  }

  return (
    <div data-tone="bad" className="flex flex-col gap-1.5 text-sm">
      <p className="text-tone">
        {isKnownCode(code) && <span className="font-medium">{codes(code)}</span>}
        {error !== null && <span className="block break-words">{error.message}</span>}
      </p>
      {error?.stack !== undefined && (
        <div className="relative">
          <pre
            role="group"
            aria-label={t('stack')}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must take the focus
            tabIndex={0}
            className="mono max-h-64 overflow-auto rounded-md border bg-sunken p-2 pr-9 text-2xs leading-4 whitespace-pre-wrap text-text"
          >
            {error.stack}
          </pre>
          <CopyButton
            text={error.stack}
            label={t('copyStack')}
            className="absolute top-1 right-1 bg-sunken"
          />
        </div>
      )}
      {error?.details !== undefined && <JsonView value={error.details} label={t('details')} />}
    </div>
  );
}

function isKnownCode(code: string | null): code is FailureCode {
  return (FAILURE_CODES as readonly (string | null)[]).includes(code);
}

function AttemptTimes({ attempt }: { attempt: Attempt }) {
  const t = useTranslations('attempts');

  return (
    <Facts className="text-xs">
      {attempt.worker !== null && (
        <Fact label={t('worker')}>
          <span className="mono">{attempt.worker}</span>
        </Fact>
      )}
      {attempt.childId !== null && (
        <Fact label={t('child')}>
          <ChildLink id={attempt.childId} />
        </Fact>
      )}
      {attempt.dispatchedAt !== null && (
        <Fact label={t('dispatched')}>
          <ClockTime at={attempt.dispatchedAt} className="mono" />
        </Fact>
      )}
      {attempt.startedAt !== null && (
        <Fact label={t('started')}>
          <ClockTime at={attempt.startedAt} className="mono" />
        </Fact>
      )}
      {attempt.finishedAt !== null && (
        <Fact label={t('finished')}>
          <ClockTime at={attempt.finishedAt} className="mono" />
        </Fact>
      )}
    </Facts>
  );
}
