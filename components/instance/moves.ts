'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { toast } from 'sonner';
import type { Instance } from '#api/types.ts';
import type { InstanceStatus } from '#engine/states.ts';
import { api } from '../query/client.ts';

/** What a person may do to a run as a whole. */
export const MOVES = ['pause', 'resume', 'retry', 'cancel'] as const;

export type Move = (typeof MOVES)[number];

/** From which states each makes sense; the server has the last word. */
const ALLOWED: Readonly<Record<Move, readonly InstanceStatus[]>> = {
  pause: ['running'],
  resume: ['paused'],
  retry: ['failed', 'cancelled'],
  cancel: ['scheduled', 'queued', 'running', 'paused'],
};

export function isAllowed(move: Move, status: InstanceStatus): boolean {
  return ALLOWED[move].includes(status);
}

export function useMoveInstance(id: string) {
  const queries = useQueryClient();
  const t = useTranslations('instance.moved');

  return useMutation({
    mutationFn: ({ move, reason }: { move: Move; reason?: string }) =>
      api.post<Instance>(`/instances/${id}/${move}`, reason === undefined ? {} : { reason }),
    onSuccess: (_instance, { move }) => {
      toast.success(t(move));
      return Promise.all([
        queries.invalidateQueries({ queryKey: ['instance', id] }),
        queries.invalidateQueries({ queryKey: ['instances'] }),
      ]);
    },
  });
}

export type BulkResult = { id: string; ok: boolean; code?: string; message?: string };

export function useBulkMove() {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: async ({ move, ids }: { move: 'cancel' | 'retry'; ids: readonly string[] }) => {
      const { results } = await api.post<{ results: readonly BulkResult[] }>(`/instances/${move}`, {
        ids,
      });
      return results;
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['instances'] }),
        queries.invalidateQueries({ queryKey: ['instance'] }),
      ]),
  });
}
