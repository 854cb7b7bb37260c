'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { isFinalInstance } from '#engine/states.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Button } from '../ui/Button.tsx';
import { Skeleton } from '../ui/states.tsx';
import { taskQuery } from './queries.ts';
import { SignalForm } from './SignalForm.tsx';

/** More than these are shown on request, so that what the page is about stays in sight. */
const SHOWN = 3;

type OpenSignalsProps = {
  instance: InstanceDetail;
  /** The form that had the focus is about to go. */
  onSent: () => void;
};

/** Everything that a run asks of people, with the means to answer it: nobody has to find the node first. */
export function OpenSignals({ instance, onSent }: OpenSignalsProps) {
  const t = useTranslations('signal');
  const [all, setAll] = useState(false);
  const open = isFinalInstance(instance.status)
    ? []
    : instance.tasks.filter(({ type, status }) => type === 'signal' && status === 'running');
  const hidden = all ? 0 : Math.max(0, open.length - SHOWN);

  return open.length === 0 ? null : (
    <section aria-label={t('open', { count: open.length })} className="flex flex-col gap-2">
      {open.slice(0, open.length - hidden).map((task) => (
        <OpenSignal key={task.id} instance={instance.id} task={task} onSent={onSent} />
      ))}
      {hidden > 0 && (
        <Button variant="ghost" className="self-start" onClick={() => setAll(true)}>
          {t('more', { count: hidden })}
        </Button>
      )}
    </section>
  );
}

type OpenSignalProps = { instance: string; task: TaskSummary; onSent: () => void };

function OpenSignal({ instance, task, onSent }: OpenSignalProps) {
  const query = useQuery(taskQuery(instance, task.key, { moving: false }));

  return (
    <Loaded query={query} framed={false} skeleton={<Skeleton className="h-24" />}>
      {(loaded) => <SignalForm instance={instance} task={loaded} banner onSent={onSent} />}
    </Loaded>
  );
}
