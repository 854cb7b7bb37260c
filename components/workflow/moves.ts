'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DraftAnswer, Instance, Page, VersionSummary, Workflow } from '#api/types.ts';
import type { Definition } from '#engine/definition.ts';
import type { Json } from '#engine/json.ts';
import { api } from '../query/client.ts';
import { useProblemToast } from '../query/problem_text.ts';
import type { ImportFormat } from './import_format.ts';

export type WorkflowChanges = Partial<
  Pick<
    Workflow,
    | 'name'
    | 'description'
    | 'enabled'
    | 'maxRunning'
    | 'order'
    | 'priority'
    | 'ageingSeconds'
    | 'onObjectBusy'
    | 'retentionDays'
  >
>;

/** What is shown of workflows is out of date: the list, and everything about the one. */
function useWorkflowsStale() {
  const queries = useQueryClient();

  return (key?: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['workflows'] }),
      key !== undefined && queries.invalidateQueries({ queryKey: ['workflow', key] }),
    ]);
}

export function useCreateWorkflow() {
  const stale = useWorkflowsStale();

  return useMutation({
    mutationFn: (input: {
      key: string;
      name?: string;
      description?: string;
      definition?: Definition;
    }) => api.post<Workflow>('/workflows', input),
    onSuccess: () => stale(),
  });
}

export function useChangeWorkflow(key: string) {
  const stale = useWorkflowsStale();

  return useMutation({
    mutationFn: (changes: WorkflowChanges) => api.patch<Workflow>(`/workflows/${key}`, changes),
    onSuccess: () => stale(key),
  });
}

/** The switch shows its new position at once and falls back if the server says no. */
export function useSwitchWorkflow() {
  const queries = useQueryClient();
  const stale = useWorkflowsStale();
  const onError = useProblemToast();

  return useMutation({
    mutationFn: ({ key, enabled }: { key: string; enabled: boolean }) =>
      api.patch<Workflow>(`/workflows/${key}`, { enabled }),
    onMutate: async ({ key, enabled }) => {
      // What is being read would put the switch back to where it was.
      await Promise.all([
        queries.cancelQueries({ queryKey: ['workflows'] }),
        queries.cancelQueries({ queryKey: ['workflow', key], exact: true }),
      ]);
      queries.setQueriesData<Page<Workflow>>(
        { queryKey: ['workflows'] },
        (page) =>
          page && {
            ...page,
            data: page.data.map((each) => (each.key === key ? { ...each, enabled } : each)),
          },
      );
      queries.setQueryData<Workflow>(['workflow', key], (each) => each && { ...each, enabled });
    },
    onError,
    onSettled: (_data, _error, { key }) => stale(key),
  });
}

export function useDeleteWorkflow(key: string) {
  const stale = useWorkflowsStale();

  return useMutation({
    mutationFn: () => api.delete<undefined>(`/workflows/${key}`),
    onSuccess: () => stale(),
  });
}

export function useRetireVersion(key: string) {
  const stale = useWorkflowsStale();

  return useMutation({
    mutationFn: (version: number) =>
      api.post<VersionSummary>(`/workflows/${key}/versions/${version}/retire`),
    onSuccess: () => stale(key),
  });
}

/** The version becomes the draft. One that is there is replaced only if `replace` says so. */
export function useRestoreVersion(key: string) {
  const stale = useWorkflowsStale();

  return useMutation({
    mutationFn: async ({ version, replace }: { version: number; replace: boolean }) => {
      const draft = replace ? await api.get<DraftAnswer>(`/workflows/${key}/draft`) : null;
      return api.post<DraftAnswer>(
        `/workflows/${key}/versions/${version}/restore`,
        {},
        draft === null ? {} : { headers: { 'if-match': draft.etag } },
      );
    },
    onSuccess: () => stale(key),
  });
}

export type StartInput = {
  objectId: string;
  input: Json;
  version?: number;
  priority?: number;
};

export function useStartInstance(key: string) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (input: StartInput) => api.post<Instance>(`/workflows/${key}/instances`, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['instances'] }),
  });
}

export type ImportInput = {
  format: ImportFormat;
  /** A text of JSON or YAML, which the server reads. */
  document: string;
  key?: string;
  publish?: boolean;
};

export type Imported = {
  workflow: Workflow;
  works: readonly string[];
  notCarried: readonly { pointer: string; message: string }[];
};

export function useImportWorkflow() {
  const stale = useWorkflowsStale();
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (input: ImportInput) => api.post<Imported>('/workflows/import', input),
    onSuccess: () => Promise.all([stale(), queries.invalidateQueries({ queryKey: ['works'] })]),
  });
}
