'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { InstanceDetail, Task, TaskSummary } from '#api/types.ts';
import { isInternalWork } from '#engine/plan.ts';
import { Loaded } from '../query/Loaded.tsx';
import { TaskStatusBadge } from '../status/StatusBadge.tsx';
import { IconButton } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { focusedNow, giveFocusBack } from '../ui/focus.ts';
import { useFreeKey } from '../ui/free_key.ts';
import { imagesIn } from '../ui/images.ts';
import { ImageStrip } from '../ui/ImageStrip.tsx';
import { JsonView } from '../ui/JsonView.tsx';
import { Fact, Facts } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Duration, RelativeTime } from '../ui/Time.tsx';
import { AttemptList } from './AttemptList.tsx';
import { ChildLink } from './ChildLink.tsx';
import { TaskMoves } from './moves/TaskMoves.tsx';
import { taskQuery } from './queries.ts';
import { SegmentSection } from './SegmentSection.tsx';
import { SignalForm } from './SignalForm.tsx';
import { useMoving } from './useMoving.ts';
import { VainPushes } from './VainPushes.tsx';
import { TaskWhy } from './why/Why.tsx';

type TaskPanelProps = { instance: InstanceDetail; summary: TaskSummary; onClose: () => void };

/** Everything about one task, beside what the rest of the page shows; over it on narrow screens. */
export function TaskPanel({ instance, summary, onClose }: TaskPanelProps) {
  const t = useTranslations('task');
  const query = useQuery(taskQuery(instance.id, summary.key, { moving: useMoving(instance) }));
  const heading = useRef<HTMLHeadingElement>(null);
  const [before] = useState(focusedNow);

  useFreeKey((event) => {
    if (event.key === 'Escape') onClose();
  });
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    return () => giveFocusBack(before);
  }, [before]);

  return (
    <aside
      aria-label={t('panelOf', { task: summary.name })}
      className="fixed inset-0 z-30 flex animate-slide-in flex-col overflow-hidden bg-surface lg:sticky lg:inset-auto lg:top-16 lg:z-10 lg:max-h-[calc(100dvh-5rem)] lg:w-[26rem] lg:shrink-0 lg:rounded-lg lg:border lg:shadow-card"
    >
      <header className="flex items-start gap-2 border-b px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2
            ref={heading}
            tabIndex={-1}
            className="truncate font-semibold focus:outline-none"
            title={summary.name}
          >
            {summary.name}
          </h2>
          <p className="flex items-center text-xs text-muted">
            <span className="mono truncate">{summary.key}</span>
            <CopyButton text={summary.id} label={t('copyId')} />
          </p>
        </div>
        <TaskStatusBadge status={summary.status} />
        <TaskMoves instance={instance} task={summary} />
        <IconButton size="sm" icon={X} label={t('closePanel')} onClick={onClose} />
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 py-4">
        <TaskWhy instance={instance} task={summary} />
        <TaskFacts task={summary}>
          {/* What a running instance waits for stands above, with the reason. */}
          <VainPushes
            delivery={query.data?.delivery ?? null}
            explained={instance.status === 'running'}
          />
        </TaskFacts>
        {summary.segments && summary.segments.total > 0 && (
          <SegmentSection instance={instance.id} task={summary} segments={summary.segments} />
        )}
        <Loaded query={query} framed={false} skeleton={<Skeleton className="h-40 shrink-0" />}>
          {(task) => <TaskData instance={instance.id} task={task} />}
        </Loaded>
      </div>
    </aside>
  );
}

function TaskFacts({ task, children }: { task: TaskSummary; children: ReactNode }) {
  const t = useTranslations('task');
  const types = useTranslations('task.types');
  const format = useFormatter();

  return (
    <Facts>
      <Fact label={t('type')}>
        {types(task.type)}
        {task.folded && <p className="text-xs text-muted">{t('folded')}</p>}
      </Fact>
      {task.work !== null && !isInternalWork(task.work) && (
        <Fact label={t('work')}>
          <span className="mono">{task.work}</span>
        </Fact>
      )}
      {task.childId !== null && (
        <Fact label={t('child')}>
          <ChildLink id={task.childId} />
        </Fact>
      )}
      {task.attempts > 0 && <Fact label={t('attempts')}>{format.number(task.attempts)}</Fact>}
      {children}
      {task.startedAt !== null && (
        <>
          <Fact label={t('started')}>
            <RelativeTime at={task.startedAt} />
          </Fact>
          <Fact label={task.finishedAt === null ? t('runningFor') : t('took')}>
            <Duration from={task.startedAt} to={task.finishedAt} />
          </Fact>
        </>
      )}
      {task.progress !== null && task.finishedAt === null && (
        <Fact label={t('progress')}>
          <progress
            value={task.progress}
            max={1}
            aria-label={t('progress')}
            className="mr-2 h-1.5 w-28 accent-[var(--accent)]"
          />
          {format.number(task.progress, { style: 'percent' })}
        </Fact>
      )}
      {task.error !== null && (task.segments !== null || task.attempts === 0) && (
        <Fact label={t('error')}>
          <span data-tone="bad" className="text-tone">
            <span className="mono">{task.error.code}</span> — {task.error.message}
          </span>
        </Fact>
      )}
    </Facts>
  );
}

function TaskData({ instance, task }: { instance: string; task: Task }) {
  const t = useTranslations('task');
  const images = useMemo(() => imagesIn(task.output ?? undefined), [task.output]);

  return (
    <>
      {task.type === 'signal' && task.status === 'running' && (
        <SignalForm instance={instance} task={task} />
      )}
      {task.output !== null && (
        <section className="flex flex-col gap-2">
          <h3 className="text-sm font-semibold">{t('output')}</h3>
          <ImageStrip images={images} />
          <JsonView value={task.output} label={t('output')} />
        </section>
      )}
      {task.input !== null && (
        <section className="flex flex-col gap-2">
          <h3 className="text-sm font-semibold">{t('input')}</h3>
          <JsonView value={task.input} label={t('input')} openDepth={1} />
        </section>
      )}
      {task.segments === null && task.attemptList.length > 0 && (
        <AttemptList attempts={task.attemptList} total={task.attempts} />
      )}
    </>
  );
}
