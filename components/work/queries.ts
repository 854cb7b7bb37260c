import { queryOptions } from '@tanstack/react-query';
import type { Work } from '#api/types.ts';
import { api } from '../query/client.ts';

export function worksQuery() {
  return queryOptions({
    queryKey: ['works'],
    queryFn: ({ signal }) => api.list<Work>('/works', { signal }),
  });
}
