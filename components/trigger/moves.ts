'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Trigger, TriggerSecrets } from '#api/types.ts';
import { api } from '../query/client.ts';
import { useProblemToast } from '../query/problem_text.ts';

export type TriggerInput = Pick<Trigger, 'objectId' | 'input' | 'dedupeKey' | 'when'> & {
  key: string;
  signature: Trigger['signature'] & { secret?: string };
};

function useStale(workflow: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['workflow', workflow, 'triggers'] });
}

/** Makes a trigger, or changes the one that is named. */
export function useSaveTrigger(workflow: string, id: string | null) {
  const onSuccess = useStale(workflow);

  return useMutation({
    mutationFn: ({ key, ...input }: TriggerInput) =>
      id === null
        ? api.post<Trigger>(`/workflows/${workflow}/triggers`, { key, ...input })
        : api.patch<Trigger>(`/workflows/${workflow}/triggers/${id}`, input),
    onSuccess,
  });
}

export function useSwitchTrigger(workflow: string) {
  const onSettled = useStale(workflow);
  const onError = useProblemToast();

  return useMutation({
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      api.patch<Trigger>(`/workflows/${workflow}/triggers/${id}`, { enabled }),
    onError,
    onSettled,
  });
}

type Rotation = { id: string; graceSeconds: number; secret: boolean };

export function useRotateTrigger(workflow: string) {
  const onSuccess = useStale(workflow);

  return useMutation({
    mutationFn: ({ id, ...input }: Rotation) =>
      api.post<TriggerSecrets>(`/workflows/${workflow}/triggers/${id}/rotate`, input),
    onSuccess,
  });
}

export function useDeleteTrigger(workflow: string) {
  const onSuccess = useStale(workflow);

  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/workflows/${workflow}/triggers/${id}`),
    onSuccess,
  });
}
