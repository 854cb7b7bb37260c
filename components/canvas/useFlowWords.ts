'use client';

import { useTranslations } from 'next-intl';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import type { EdgeInput, EdgeWords, NodeInput } from './flow.ts';
import { casesOf, titleOf } from './read.ts';

/** What cards and edges are heard as. */
export function useFlowWords() {
  const t = useTranslations();

  function card({ node, run, marks }: NodeInput): string {
    const title = titleOf(node);

    return [
      t('designer.canvas.node', { kind: t(`designer.kinds.${node.type}.title`), title }),
      ...(title === node.key ? [] : [node.key]),
      ...(run === undefined ? [] : [t(`status.task.${run.status}`)]),
      ...(marks?.messages ?? []),
    ].join(', ');
  }

  function edge({ edge: { branch }, from, to }: EdgeInput): EdgeWords {
    const ends = { from: titleOf(from), to: titleOf(to) };
    if (branch === undefined) return { label: undefined, name: t('designer.canvas.edge', ends) };

    const label =
      branch === DEFAULT_BRANCH
        ? t('designer.canvas.defaultBranch')
        : (casesOf(from).find((entry) => entry.key === branch)?.name ?? branch);

    return { label, name: t('designer.canvas.edgeOfBranch', { ...ends, branch: label }) };
  }

  return { card, edge };
}
