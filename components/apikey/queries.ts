import { queryOptions } from '@tanstack/react-query';
import type { ApiKey, Page } from '#api/types.ts';
import { api } from '../query/client.ts';

export function apiKeysQuery() {
  return queryOptions({
    queryKey: ['api-keys'],
    queryFn: ({ signal }) => api.get<Page<ApiKey>>('/api-keys', { query: { limit: 200 }, signal }),
  });
}
