'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKey, NewApiKey } from '#api/types.ts';
import { api } from '../query/client.ts';

export type ApiKeyInput = {
  name: string;
  scopes: readonly ApiKey['scopes'][number][];
  expiresAt?: string;
};

export function useCreateApiKey() {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (input: ApiKeyInput) => api.post<NewApiKey>('/api-keys', input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
    // The key itself is in the answer: it must not linger in the cache of the tab.
    gcTime: 0,
  });
}

export function useRevokeApiKey() {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/api-keys/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });
}
