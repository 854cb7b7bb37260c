'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import type { EdgeInput, EdgeWords, NodeInput } from './flow.ts';
import { casesOf, titleOf } from './read.ts';

type Words = ReturnType<typeof useTranslations<never>>;

/** What cards and edges are heard as: the same functions as long as the language is the same. */
export function useFlowWords() {
  const t = useTranslations();

  return useMemo(
    () => ({
      card: (input: NodeInput) => cardName(input, t),
      edge: (input: EdgeInput) => edgeWords(input, t),
    }),
    [t],
  );
}

function cardName({ node, run, marks }: NodeInput, t: Words): string {
  const title = titleOf(node);

  return [
    t('designer.canvas.node', { kind: t(`designer.kinds.${node.type}.title`), title }),
    ...(title === node.key ? [] : [node.key]),
    ...(run === undefined ? [] : [t(`status.task.${run.status}`)]),
    ...(marks?.messages ?? []),
  ].join(', ');
}

function edgeWords({ edge: { branch }, from, to }: EdgeInput, t: Words): EdgeWords {
  const ends = { from: titleOf(from), to: titleOf(to) };
  if (branch === undefined) return { label: undefined, name: t('designer.canvas.edge', ends) };

  const label =
    branch === DEFAULT_BRANCH
      ? t('designer.canvas.defaultBranch')
      : (casesOf(from).find((entry) => entry.key === branch)?.name ?? branch);

  return { label, name: t('designer.canvas.edgeOfBranch', { ...ends, branch: label }) };
}
