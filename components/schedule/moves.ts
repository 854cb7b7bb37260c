'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Schedule } from '#api/types.ts';
import { api } from '../query/client.ts';
import { useProblemToast } from '../query/problem_text.ts';

export type ScheduleInput = Pick<
  Schedule,
  | 'cron'
  | 'timeZone'
  | 'objectId'
  | 'input'
  | 'overlap'
  | 'catchUp'
  | 'catchUpLimit'
  | 'startAt'
  | 'endAt'
>;

function useStale(workflow: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['workflow', workflow, 'schedules'] });
}

/** Makes a schedule, or changes the one that is named. */
export function useSaveSchedule(workflow: string, id: string | null) {
  const onSuccess = useStale(workflow);

  return useMutation({
    mutationFn: ({ key, ...input }: ScheduleInput & { key: string }) =>
      id === null
        ? api.post<Schedule>(`/workflows/${workflow}/schedules`, { key, ...input })
        : api.patch<Schedule>(`/workflows/${workflow}/schedules/${id}`, input),
    onSuccess,
  });
}

export function useSwitchSchedule(workflow: string) {
  const onSettled = useStale(workflow);
  const onError = useProblemToast();

  return useMutation({
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      api.patch<Schedule>(`/workflows/${workflow}/schedules/${id}`, { enabled }),
    onError,
    onSettled,
  });
}

export function useRunNow(workflow: string) {
  const onSettled = useStale(workflow);
  const onError = useProblemToast();

  return useMutation({
    mutationFn: (id: string) =>
      api.post<{ instanceId: string }>(`/workflows/${workflow}/schedules/${id}/run-now`),
    onError,
    onSettled,
  });
}

export function useDeleteSchedule(workflow: string) {
  const onSuccess = useStale(workflow);

  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/workflows/${workflow}/schedules/${id}`),
    onSuccess,
  });
}
