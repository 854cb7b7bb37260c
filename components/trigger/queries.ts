import { queryOptions } from '@tanstack/react-query';
import type { Page, Trigger, TriggerDelivery, TriggerSecrets } from '#api/types.ts';
import { api } from '../query/client.ts';

export function triggersQuery(workflow: string) {
  return queryOptions({
    queryKey: ['workflow', workflow, 'triggers'],
    queryFn: ({ signal }) => api.list<Trigger>(`/workflows/${workflow}/triggers`, { signal }),
  });
}

export function deliveriesQuery(workflow: string, id: string) {
  return queryOptions({
    queryKey: ['workflow', workflow, 'triggers', id, 'deliveries'],
    queryFn: ({ signal }) =>
      api.get<Page<TriggerDelivery>>(`/workflows/${workflow}/triggers/${id}/deliveries`, {
        query: { limit: 20 },
        signal,
      }),
  });
}

export function triggerSecretsQuery(workflow: string, id: string) {
  return queryOptions({
    queryKey: ['workflow', workflow, 'triggers', id, 'secrets'],
    queryFn: ({ signal }) =>
      api.get<TriggerSecrets>(`/workflows/${workflow}/triggers/${id}/secrets`, { signal }),
  });
}
