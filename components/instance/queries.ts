import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Attempt,
  Instance,
  InstanceCounts,
  InstanceDetail,
  InstanceEvent,
  Page,
  Segment,
  Task,
  WaitingSignal,
} from '#api/types.ts';
import type { TaskStatus } from '#engine/states.ts';
import { api } from '../query/client.ts';

/** What narrows the list of instances; the names are those of the API's query parameters. */
export type InstanceFilter = {
  /** A comma list. */
  status?: string;
  workflow?: string;
  /** Part of an object id, or a whole instance id. */
  search?: string;
  /** Exactly this one. */
  objectId?: string;
  label?: string;
  from?: string;
  to?: string;
  /** A comma list. */
  waitingFor?: string;
};

export function instancesQuery(filter: InstanceFilter, cursor: string | null = null, limit = 50) {
  return queryOptions({
    queryKey: ['instances', 'list', filter, { cursor, limit }],
    queryFn: ({ signal }) =>
      api.get<Page<Instance>>('/instances', { query: { ...filter, cursor, limit }, signal }),
    // Turning the page keeps the old one in place until the new one is there.
    placeholderData: keepPreviousData,
  });
}

export function countsQuery(filter: InstanceFilter) {
  return queryOptions({
    queryKey: ['instances', 'counts', filter],
    queryFn: ({ signal }) =>
      api.get<InstanceCounts>('/instances/counts', { query: filter, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What waits for an answer, the longest first. */
export function waitingSignalsQuery(limit: number) {
  return queryOptions({
    queryKey: ['instances', 'waiting', { limit }],
    queryFn: ({ signal }) =>
      api.get<Page<WaitingSignal>>('/signals/waiting', { query: { limit }, signal }),
  });
}

export function instanceQuery(id: string) {
  return queryOptions({
    queryKey: ['instance', id],
    queryFn: ({ signal }) => api.get<InstanceDetail>(`/instances/${id}`, { signal }),
  });
}

export function eventsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['instance', id, 'events'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<InstanceEvent>>(`/instances/${id}/events`, {
        query: { cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** That a push was in vain, or got through at last, nobody tells: it is seen by looking again. */
const LOOK_AGAIN_MS = 5_000;
const WAITING: ReadonlySet<Task['status']> = new Set(['delayed', 'ready', 'dispatched']);

export function taskQuery(instance: string, key: string, { moving }: { moving: boolean }) {
  return queryOptions({
    queryKey: ['instance', instance, 'task', key],
    queryFn: ({ signal }) => api.get<Task>(`/tasks/${instance}_${key}`, { signal }),
    refetchInterval: ({ state: { data } }) =>
      moving && data !== undefined && WAITING.has(data.status) && LOOK_AGAIN_MS,
  });
}

/** The attempts of one segment of a fan-out, newest first. */
export function segmentAttemptsQuery(instance: string, key: string, segment: number) {
  return queryOptions({
    queryKey: ['instance', instance, 'task', key, 'attempts', { segment }],
    queryFn: ({ signal }) =>
      api.get<Page<Attempt>>(`/tasks/${instance}_${key}/attempts`, { query: { segment }, signal }),
  });
}

export function segmentsQuery(instance: string, key: string, status: TaskStatus | null) {
  return infiniteQueryOptions({
    queryKey: ['segments', instance, key, { status }],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Segment>>(`/tasks/${instance}_${key}/segments`, {
        query: { status, cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
