import { queryOptions } from '@tanstack/react-query';
import type { Page, Work } from '#api/types.ts';
import { api } from '../query/client.ts';

export function worksQuery() {
  return queryOptions({
    queryKey: ['works'],
    queryFn: ({ signal }) => api.get<Page<Work>>('/works', { query: { limit: 200 }, signal }),
  });
}
