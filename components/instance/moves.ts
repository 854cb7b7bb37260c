'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Instance, MoveName } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import { api } from '../query/client.ts';

export type MoveMade = {
  move: MoveName;
  /** What the move takes beside the reason. */
  params?: JsonObject;
  reason?: string;
};

/** Makes a move on one run; all that is on screen of it is then read again. */
export function useMoveInstance(id: string) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: ({ move, params = {}, reason = '' }: MoveMade) =>
      api.post<Instance>(`/instances/${id}/${move}`, {
        ...params,
        ...(reason !== '' && { reason }),
      }),
    onSuccess: () => {
      // As many pages as were scrolled through: nobody waits for them.
      void queries.invalidateQueries({ queryKey: ['segments', id] });
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
