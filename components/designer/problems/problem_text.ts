'use client';

import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { Problem } from '#engine/problem.ts';
import { useFieldName } from '../words.ts';

/** A problem in the reader's language, from its code and its facts. What the engine says about an expression stays in its own words. */
export function useProblemSentence(): (problem: Problem) => string {
  const t = useTranslations('designer.problems');
  const nameOf = useFieldName();

  return useCallback(
    (problem) => {
      const { code, params = {}, edge, node } = problem;
      const values = { key: node ?? '', from: edge?.from ?? '', to: edge?.to ?? '', ...params };

      if (code === 'schema' && params.rule === 'is missing') {
        return t('missing', { path: nameOf(String(params.path ?? '')) });
      }
      // Wrong with the definition as a whole: there is no field to begin the sentence with.
      if (code === 'schema' && (params.path ?? '') === '') return problem.message;
      if (code === 'unknown_reference' && params.name === 'item') return t('itemOutside');
      if (code === 'unknown_reference' && params.name !== undefined) {
        return t('requestOutside', { name: params.name });
      }

      return t(`code.${code}`, values);
    },
    [t, nameOf],
  );
}
