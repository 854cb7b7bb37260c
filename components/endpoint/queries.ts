import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Delivery, Endpoint, Notification, Page } from '#api/types.ts';
import { api } from '../query/client.ts';

/** What is sent changes without anybody's doing, and is seldom looked at: it is read again rather than told of. */
const AGAIN_MS = 3_000;

export function endpointsQuery() {
  return queryOptions({
    queryKey: ['endpoints', 'list'],
    queryFn: ({ signal }) => api.list<Endpoint>('/endpoints', { signal }),
    refetchInterval: 2 * AGAIN_MS,
  });
}

export function endpointQuery(id: string) {
  return queryOptions({
    queryKey: ['endpoints', 'one', id],
    queryFn: ({ signal }) => api.get<Endpoint>(`/endpoints/${id}`, { signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function endpointSecretsQuery(id: string) {
  return queryOptions({
    queryKey: ['endpoints', 'secret', id],
    queryFn: ({ signal }) => api.get<{ secrets: string[] }>(`/endpoints/${id}/secret`, { signal }),
    // It must not linger in the cache of the tab.
    gcTime: 0,
  });
}

/** What narrows a list of notifications. */
export type NotificationFilter = {
  readonly instance?: string;
  readonly endpoint?: string;
  readonly status?: Notification['status'];
};

export function notificationsQuery(filter: NotificationFilter) {
  return infiniteQueryOptions({
    queryKey: ['notifications', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Notification>>('/notifications', {
        query: { ...filter, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: AGAIN_MS,
  });
}

export function deliveriesQuery({ id, attempts }: Notification) {
  return queryOptions({
    queryKey: ['notifications', 'deliveries', id, attempts],
    queryFn: ({ signal }) => api.get<Page<Delivery>>(`/notifications/${id}/deliveries`, { signal }),
  });
}
