'use client';

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Problem } from '#engine/problem.ts';
import type { Known } from '#engine/validate.ts';
import { api } from '../../query/client.ts';
import { useRested } from '../../ui/useRested.ts';
import { useEditor } from '../editor/context.ts';
import { toDraft, type Document } from '../model/document.ts';
import { findProblems } from './problems.ts';
import { onlyServerTells, type ServerAnswer } from './server_problems.ts';

/** Beyond the pause after which the page looks itself. */
const REST_MS = 400;

const NOTHING: readonly Problem[] = [];

/** What is wrong with the draft that only the server can tell. Until it has answered, or if it does not, that is nothing: publishing will tell. */
export function useServerProblems(document: Document, known: Known): readonly Problem[] {
  const { workflow } = useEditor();
  const asked = useRested(document, REST_MS);
  const { data: answer } = useQuery(serverProblemsQuery(workflow, asked));

  const own = useMemo(
    () => (answer === undefined ? NOTHING : findProblems(answer.asked, known).problems),
    [answer, known],
  );

  return useMemo(
    () => (answer === undefined ? NOTHING : onlyServerTells(answer, own, document)),
    [answer, own, document],
  );
}

/** Where nodes stand makes no difference: dragging them about asks nothing. */
function serverProblemsQuery(workflow: string, document: Document) {
  const { layout: _layout, ...definition } = toDraft(document);

  return queryOptions({
    queryKey: ['still', 'draft', workflow, 'problems', JSON.stringify(definition)],
    queryFn: async ({ signal }): Promise<ServerAnswer> => {
      const { problems } = await api.post<{ problems: readonly Problem[] }>(
        `/workflows/${workflow}/draft/validate`,
        { definition },
        { signal },
      );
      return { asked: document, problems };
    },
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}
