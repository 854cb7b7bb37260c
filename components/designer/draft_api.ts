/** The draft's line to the server. */
import { queryOptions } from '@tanstack/react-query';
import type { DraftAnswer, Version } from '#api/types.ts';
import { api, request } from '../query/client.ts';
import { ApiProblem } from '../query/problem.ts';
import type { SaveAnswer, Theirs } from './autosave/machine.ts';
import { EMPTY_DOCUMENT, toDraft, type Document } from './model/document.ts';

export type OpenedDraft = {
  readonly definition: unknown;
  /** Null: the workflow has neither a draft nor a version yet. */
  readonly etag: string | null;
};

/** Read once when the editor opens and never refreshed: from then on the editor holds the newest. */
export function draftQuery(workflow: string) {
  return queryOptions({
    queryKey: ['still', 'draft', workflow],
    queryFn: ({ signal }) => readDraft(workflow, signal),
    staleTime: 'static',
    gcTime: 0,
  });
}

export async function readDraft(workflow: string, signal?: AbortSignal): Promise<OpenedDraft> {
  try {
    return await api.get<DraftAnswer>(`/workflows/${workflow}/draft`, {
      ...(signal && { signal }),
    });
  } catch (error) {
    if (
      error instanceof ApiProblem &&
      error.code === 'not_found' &&
      (await exists(workflow, signal))
    ) {
      return { definition: null, etag: null };
    }
    throw error;
  }
}

async function exists(workflow: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await api.get(`/workflows/${workflow}`, { ...(signal && { signal }) });
    return true;
  } catch {
    return false;
  }
}

/** Never rejects: what can go wrong is an answer. */
export async function saveDraft(
  workflow: string,
  document: Document,
  etag: string | null,
): Promise<SaveAnswer> {
  try {
    const { data, headers } = await request<DraftAnswer>('PUT', `/workflows/${workflow}/draft`, {
      body: { definition: toDraft(document) },
      headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag },
    });

    return { outcome: 'saved', etag: headers.get('etag') ?? data.etag };
  } catch (error) {
    return error instanceof ApiProblem
      ? afterProblem(workflow, error)
      : { outcome: 'unreachable', error: new Error(String(error)) };
  }
}

async function afterProblem(workflow: string, problem: ApiProblem): Promise<SaveAnswer> {
  const { status } = problem;

  if (status === 412) {
    const theirs = await readTheirs(workflow);
    return theirs === null
      ? { outcome: 'unreachable', error: problem }
      : { outcome: 'conflict', theirs };
  }

  // 401: the client sends the person to sign in; what is unsaved is kept for when they come back.
  const mayPass =
    status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
  return { outcome: mayPass ? 'unreachable' : 'refused', error: problem };
}

/** Null: it could not be read either; the next try will tell. */
async function readTheirs(workflow: string): Promise<Theirs | null> {
  try {
    const { data, headers } = await request<DraftAnswer>('GET', `/workflows/${workflow}/draft`);
    const { definition, updatedBy, updatedAt } = data;
    return { etag: headers.get('etag') ?? data.etag, definition, updatedBy, updatedAt };
  } catch (error) {
    return error instanceof ApiProblem && error.code === 'not_found'
      ? { etag: null, definition: EMPTY_DOCUMENT, updatedBy: null, updatedAt: null }
      : null;
  }
}

/** The ETag under which the published version now stands for the draft. */
export async function readEtag(workflow: string): Promise<string | null> {
  return (await readDraft(workflow)).etag;
}

export async function publishDraft(
  workflow: string,
  input: { readonly summary: string; readonly etag: string | null },
): Promise<Version> {
  const { data } = await request<Version>('POST', `/workflows/${workflow}/publish`, {
    body: input.summary.trim() === '' ? {} : { summary: input.summary.trim() },
    ...(input.etag !== null && { headers: { 'if-match': input.etag } }),
  });
  return data;
}
