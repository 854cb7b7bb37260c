import { queryOptions } from '@tanstack/react-query';
import type { ApiKey } from '#api/types.ts';
import { api } from '../query/client.ts';

export function apiKeysQuery() {
  return queryOptions({
    queryKey: ['api-keys'],
    queryFn: ({ signal }) => api.list<ApiKey>('/api-keys', { signal }),
  });
}
