'use client';

import { createContext, useContext } from 'react';
import type { Problem } from '#engine/problem.ts';
import {
  NO_MARKS,
  NO_PROBLEMS,
  problemsAt,
  type MarksOfDocument,
  type ProblemList,
} from './problems.ts';

export const ProblemsContext = createContext<ProblemList>(NO_PROBLEMS);

export const MarksContext = createContext<MarksOfDocument>(NO_MARKS);

export function useMarks(): MarksOfDocument {
  return useContext(MarksContext);
}

export function useProblems(): ProblemList {
  return useContext(ProblemsContext);
}

export function useProblemsAt(pointer: string): readonly Problem[] {
  return problemsAt(useProblems().problems, pointer);
}
