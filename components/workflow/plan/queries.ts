import { queryOptions } from '@tanstack/react-query';
import type { PlanComparison } from '#engine/plan/compare.ts';
import { api } from '../../query/client.ts';

/** Of a published version, which never changes. */
export function planQuery(key: string, version: number) {
  return queryOptions({
    queryKey: ['still', 'plan', key, version],
    queryFn: ({ signal }) =>
      api.get<PlanComparison>(`/workflows/${key}/versions/${version}/plan`, { signal }),
    staleTime: 'static',
  });
}
