'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Endpoint, Notification } from '#api/types.ts';
import { api } from '../query/client.ts';

export type EndpointInput = Pick<Endpoint, 'name' | 'url' | 'workflow' | 'events'>;

/** Endpoints and what is sent to them are read again after each move. */
function useMove<Input, Answer>(move: (input: Input) => Promise<Answer>) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: move,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['endpoints'] }),
        queries.invalidateQueries({ queryKey: ['notifications'] }),
      ]),
  });
}

export function useSaveEndpoint(id: string | null) {
  return useMove((input: EndpointInput) =>
    id === null
      ? api.post<Endpoint>('/endpoints', input)
      : api.patch<Endpoint>(`/endpoints/${id}`, input),
  );
}

export function useSwitchEndpoint(id: string) {
  return useMove((enabled: boolean) =>
    enabled
      ? api.post<Endpoint>(`/endpoints/${id}/enable`)
      : api.patch<Endpoint>(`/endpoints/${id}`, { enabled }),
  );
}

export function useDeleteEndpoint(id: string) {
  return useMove(() => api.delete<undefined>(`/endpoints/${id}`));
}

export function useTestEndpoint(id: string) {
  return useMove(() => api.post<Notification>(`/endpoints/${id}/test`));
}

export function useRotateSecret(id: string) {
  return useMove(() => api.post<{ secrets: string[] }>(`/endpoints/${id}/rotate-secret`));
}

export function useResend() {
  return useMove((id: string) => api.post<Notification>(`/notifications/${id}/resend`));
}

export function useResendSince(id: string) {
  return useMove((input: { since: string; status: 'dead' | 'all' }) =>
    api.post<{ resent: number }>(`/endpoints/${id}/resend`, input),
  );
}
