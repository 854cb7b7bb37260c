'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { worksQuery } from '../../work/queries.ts';
import type { Document } from '../model/document.ts';
import { findProblems, type ProblemList } from './problems.ts';

/** Validates what is on screen, after the screen: typing and dragging never wait for it. */
export function useFoundProblems(document: Document): ProblemList {
  const settled = useDeferredValue(document);
  const { data } = useQuery(worksQuery());
  const works = useMemo(
    () =>
      // With more works than one page shows, one that is not among them may still be there: publishing will tell.
      data === undefined || data.nextCursor !== null
        ? null
        : new Set(data.data.map(({ key }) => key)),
    [data],
  );

  return useMemo(() => findProblems(settled, works), [settled, works]);
}
