'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Alert, AlertChannel, AlertRule, SentMessage } from '#api/types.ts';
import type { JsonObject } from '#engine/json.ts';
import { api } from '../query/client.ts';

/** A change of alerts, rules or channels: the three lists name each other. */
function useAlertMove<Input, Answer>(move: (input: Input) => Promise<Answer>) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: move,
    onSettled: () =>
      Promise.all(
        ['alerts', 'alert-rules', 'alert-channels'].map((noun) =>
          queries.invalidateQueries({ queryKey: [noun] }),
        ),
      ),
  });
}

export const useAcknowledge = () =>
  useAlertMove((id: string) => api.post<Alert>(`/alerts/${id}/acknowledge`));

export const useSilence = () =>
  useAlertMove(({ id, seconds }: { id: string; seconds: number }) =>
    api.post<Alert>(`/alerts/${id}/silence`, { seconds }),
  );

/** Without an id it is a new one. */
export type Written = { readonly id?: string; readonly body: JsonObject };

export const useSaveRule = () =>
  useAlertMove(({ id, body }: Written) =>
    id === undefined
      ? api.post<AlertRule>('/alerts/rules', body)
      : api.patch<AlertRule>(`/alerts/rules/${id}`, body),
  );

export const useDeleteRule = () =>
  useAlertMove((id: string) => api.delete<undefined>(`/alerts/rules/${id}`));

export const useSaveChannel = () =>
  useAlertMove(({ id, body }: Written) =>
    id === undefined
      ? api.post<AlertChannel>('/alerts/channels', body)
      : api.patch<AlertChannel>(`/alerts/channels/${id}`, body),
  );

export const useDeleteChannel = () =>
  useAlertMove((id: string) => api.delete<undefined>(`/alerts/channels/${id}`));

export const useTestChannel = () =>
  useAlertMove((id: string) => api.post<SentMessage>(`/alerts/channels/${id}/test`));
