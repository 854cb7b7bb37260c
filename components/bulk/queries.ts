'use client';

import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { Bulk, BulkFailure, MoveName, Page } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import type { InstanceFilter } from '../instance/queries.ts';
import { api } from '../query/client.ts';

/** A running one is looked at this often: it is about nothing that the live stream tells of. */
const REREAD_MS = 1_000;

export function bulksQuery() {
  return infiniteQueryOptions({
    queryKey: ['bulks'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Bulk>>('/bulk', { query: { cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(isRunning)) === true && 2 * REREAD_MS,
  });
}

export function bulkQuery(id: string) {
  return queryOptions({
    queryKey: ['bulk', id],
    queryFn: ({ signal }) => api.get<Bulk>(`/bulk/${id}`, { signal }),
    refetchInterval: ({ state }) => state.data !== undefined && isRunning(state.data) && REREAD_MS,
  });
}

/** Read again whenever there are more of them. */
export function failuresQuery(id: string, failed: number) {
  return infiniteQueryOptions({
    queryKey: ['bulk', id, 'failures', failed],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<BulkFailure>>(`/bulk/${id}/failures`, { query: { cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
    enabled: failed > 0,
  });
}

function isRunning({ status }: Bulk): boolean {
  return status === 'running';
}

/** Which instances: those named, or those that match, of which there were about so many when the person looked. */
export type About =
  | { readonly ids: readonly string[] }
  | {
      readonly filter: InstanceFilter;
      readonly count: number;
      /** There are more than were counted. */
      readonly capped: boolean;
    };

type Asked = { action: MoveName; params: JsonObject; reason: string; about: About };

export function useCreateBulk() {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: ({ action, params, reason, about }: Asked) =>
      api.post<Bulk>('/bulk', {
        action,
        params,
        ...(reason !== '' && { reason }),
        ...('ids' in about
          ? { ids: about.ids }
          : {
              filter: about.filter,
              ...(!about.capped && { expectedCount: about.count }),
            }),
      }),
    onSuccess: (bulk) => {
      queries.setQueryData(bulkQuery(bulk.id).queryKey, bulk);
      return queries.invalidateQueries({ queryKey: ['bulks'] });
    },
  });
}

export function useAbortBulk(id: string) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: () => api.post<Bulk>(`/bulk/${id}/abort`),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['bulk', id] }),
        queries.invalidateQueries({ queryKey: ['bulks'] }),
      ]),
  });
}
