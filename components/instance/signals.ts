'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { toast } from 'sonner';
import type { Instance, Task } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import { api } from '../query/client.ts';

/** What a `signal` node asks for: its rendered input, which says it to whoever answers. */
export type Asked = {
  readonly signal: string;
  readonly approval: boolean;
  readonly prompt: string;
};

export function askedOf({ key, input }: Pick<Task, 'key' | 'input'>): Asked {
  const { signal, approval, prompt } =
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? (input as Readonly<Record<string, Json>>)
      : {};

  return {
    signal: typeof signal === 'string' ? signal : key,
    approval: approval === true,
    prompt: typeof prompt === 'string' ? prompt : '',
  };
}

/** The payload of an approval. */
export function verdict(approved: boolean, note: string): Json {
  const said = note.trim();
  return said === '' ? { approved } : { approved, note: said };
}

export function useSendSignal(instance: string, signal: string, onSent?: () => void) {
  const queries = useQueryClient();
  const t = useTranslations('signal');

  return useMutation({
    mutationFn: (payload: Json) =>
      api.post<Instance>(`/instances/${instance}/signals/${signal}`, { payload }),
    onSuccess: () => {
      toast.success(t('sent'));
      onSent?.();
      return Promise.all([
        queries.invalidateQueries({ queryKey: ['instance', instance] }),
        queries.invalidateQueries({ queryKey: ['instances'] }),
      ]);
    },
  });
}
