import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Page, Version, VersionSummary, Workflow } from '#api/types.ts';
import { api } from '../query/client.ts';

/** As many as one page of the API holds; who has more workflows than this finds them by search. */
export const WORKFLOWS_SHOWN = 200;

export function workflowsQuery(search = '') {
  return queryOptions({
    queryKey: ['workflows', { search }],
    queryFn: ({ signal }) =>
      api.get<Page<Workflow>>('/workflows', { query: { search, limit: WORKFLOWS_SHOWN }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function workflowQuery(key: string) {
  return queryOptions({
    queryKey: ['workflow', key],
    queryFn: ({ signal }) => api.get<Workflow>(`/workflows/${key}`, { signal }),
  });
}

export function versionsQuery(key: string) {
  return queryOptions({
    queryKey: ['workflow', key, 'versions'],
    queryFn: ({ signal }) => api.list<VersionSummary>(`/workflows/${key}/versions`, { signal }),
  });
}

/** A published version never changes, so it is read once. */
export function versionQuery(key: string, version: number) {
  return queryOptions({
    queryKey: ['still', 'version', key, version],
    queryFn: ({ signal }) => api.get<Version>(`/workflows/${key}/versions/${version}`, { signal }),
    staleTime: 'static',
  });
}
