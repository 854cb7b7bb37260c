'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { useMoving } from '../useMoving.ts';
import { whyQuery } from './queries.ts';
import { ReasonList } from './ReasonList.tsx';

/** Why a task is not finished, or never ran: what the API says, nothing that the page would have to guess. */
export function TaskWhy({ instance, task }: { instance: InstanceDetail; task: TaskSummary }) {
  const t = useTranslations('why');
  const why = useWhy(instance);
  const reasons = why?.tasks.find(({ key }) => key === task.key)?.reasons ?? [];

  return reasons.length === 0 ? null : <ReasonList reasons={reasons} label={t('title')} />;
}

/** Why an instance has not begun, or rests. That its tasks are open shows without it. */
export function InstanceWhy({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('why');
  const why = useWhy(instance);
  const reasons = why?.reasons.filter(({ code }) => code !== 'tasks_open') ?? [];

  return reasons.length === 0 ? null : <ReasonList reasons={reasons} label={t('title')} />;
}

function useWhy(instance: InstanceDetail) {
  return useQuery(whyQuery(instance.id, { moving: useMoving(instance) })).data;
}
