import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Alert, AlertChannel, AlertRule, Page, SentMessage } from '#api/types.ts';
import { api } from '../query/client.ts';

/** Alerts come of looks every ten seconds, which no stream tells of. */
const LOOK_MS = 10_000;
const SENDING_MS = 2_000;

export function alertsQuery(shown: 'open' | 'all') {
  const query = { limit: 100, ...(shown === 'open' && { state: 'firing,acknowledged' }) };

  return infiniteQueryOptions({
    queryKey: ['alerts', shown],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Alert>>('/alerts', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LOOK_MS,
  });
}

export function alertMessagesQuery(id: string) {
  return queryOptions({
    queryKey: ['alert', id, 'messages'],
    queryFn: ({ signal }) => api.get<Page<SentMessage>>(`/alerts/${id}/messages`, { signal }),
    // What is on its way is soon there.
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => status === 'waiting') === true && SENDING_MS,
  });
}

export function alertRulesQuery() {
  return queryOptions({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => api.get<Page<AlertRule>>('/alerts/rules', { signal }),
  });
}

export function alertChannelsQuery() {
  return queryOptions({
    queryKey: ['alert-channels'],
    queryFn: ({ signal }) => api.get<Page<AlertChannel>>('/alerts/channels', { signal }),
  });
}
