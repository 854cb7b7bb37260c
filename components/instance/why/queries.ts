import { queryOptions } from '@tanstack/react-query';
import type { InstanceForecast, InstanceWhy } from '#api/types.ts';
import { api } from '../../query/client.ts';

/** That no worker asks any more, nobody tells: it is seen by looking again. */
const LOOK_AGAIN_MS = 5_000;

export function whyQuery(instance: string, { moving }: { moving: boolean }) {
  return queryOptions({
    queryKey: ['instance', instance, 'why'],
    queryFn: ({ signal }) => api.get<InstanceWhy>(`/instances/${instance}/why`, { signal }),
    refetchInterval: moving ? LOOK_AGAIN_MS : false,
  });
}

export function instanceForecastQuery(instance: string, { moving }: { moving: boolean }) {
  return queryOptions({
    queryKey: ['instance', instance, 'forecast'],
    queryFn: ({ signal }) =>
      api.get<InstanceForecast>(`/instances/${instance}/forecast`, { signal }),
    refetchInterval: moving ? LOOK_AGAIN_MS : false,
  });
}
