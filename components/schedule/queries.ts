import { queryOptions } from '@tanstack/react-query';
import type { Page, Schedule, ScheduleRun } from '#api/types.ts';
import { api } from '../query/client.ts';

export function schedulesQuery(workflow: string) {
  return queryOptions({
    queryKey: ['workflow', workflow, 'schedules'],
    queryFn: ({ signal }) => api.list<Schedule>(`/workflows/${workflow}/schedules`, { signal }),
  });
}

export function scheduleRunsQuery(workflow: string, id: string) {
  return queryOptions({
    queryKey: ['workflow', workflow, 'schedules', id, 'runs'],
    queryFn: ({ signal }) =>
      api.get<Page<ScheduleRun>>(`/workflows/${workflow}/schedules/${id}/runs`, {
        query: { limit: 20 },
        signal,
      }),
  });
}
