'use client';

import { useQuery } from '@tanstack/react-query';
import { Info } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { isInternalWork } from '#engine/plan.ts';
import { useNow } from '../ui/now.ts';
import { relativeTime } from '../ui/Time.tsx';
import { workQuery } from '../work/queries.ts';

/** A worker that has asked within this time is there; longer than a long poll lasts. */
const RECENT_MS = 90_000;

/** What the task waits for, while it waits for something, and what would move it on. */
export function WaitingHint({ instance, task }: { instance: InstanceDetail; task: TaskSummary }) {
  const t = useTranslations('waiting');

  if (instance.status === 'paused' && task.status === 'ready') {
    return <Hint>{t('paused')}</Hint>;
  }

  switch (task.status) {
    case 'ready':
      if (task.work === null) return null;
      return isInternalWork(task.work) ? (
        <Hint>{t('internal')}</Hint>
      ) : (
        <UnclaimedHint work={task.work} />
      );
    case 'delayed':
      return task.dueAt === null ? null : (
        <Hint>
          {t.rich(task.type === 'wait' ? 'waits' : 'delayed', { time: relativeTime(task.dueAt) })}
        </Hint>
      );
    case 'dispatched':
      return <Hint>{t('dispatched')}</Hint>;
    case 'pending':
      return instance.finishedAt === null ? <Hint>{t('pending')}</Hint> : null;
    case 'upstream_failed':
      return <Hint>{t('upstream_failed')}</Hint>;
    case 'skipped':
      return <Hint>{t('skipped')}</Hint>;
    case 'running':
      return <RunningHint task={task} />;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return null;
  }
}

/** What a task that Latchwork runs itself is waiting for; of workers' own tasks, they know. */
function RunningHint({ task }: { task: TaskSummary }) {
  const t = useTranslations('waiting');

  if (task.type === 'http') return <Hint>{t('service')}</Hint>;
  if (task.type === 'workflow') return <Hint>{t('child')}</Hint>;
  if (task.type === 'signal' && task.dueAt !== null) {
    return <Hint>{t.rich('answerBy', { time: relativeTime(task.dueAt) })}</Hint>;
  }
  return null;
}

/** Ready, and nobody has taken it: is there a worker at all? */
function UnclaimedHint({ work: key }: { work: string }) {
  const t = useTranslations('waiting');
  const { data: work } = useQuery(workQuery(key));
  const last = work?.lastClaimAt ?? null;
  const seen = useNow((now) => {
    if (last === null) return 'never';
    return now.getTime() - Date.parse(last) < RECENT_MS ? 'recently' : 'long ago';
  });

  if (work === undefined) {
    return null;
  }
  if (work.delivery === 'push') {
    return <Hint>{t('notPushed', { work: key })}</Hint>;
  }
  if (last === null) {
    return <Hint tone="warn">{t('noWorkerEver', { work: key })}</Hint>;
  }
  return seen === 'recently' ? (
    <Hint>{t('unclaimed', { work: key })}</Hint>
  ) : (
    <Hint tone="warn">{t.rich('noWorkerSince', { work: key, time: relativeTime(last) })}</Hint>
  );
}

function Hint({ tone = 'active', children }: { tone?: 'active' | 'warn'; children: ReactNode }) {
  return (
    <p
      data-tone={tone}
      className="flex items-start gap-2 rounded-md border border-tone-line bg-tone-soft px-3 py-2 text-sm text-tone"
    >
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
