'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { worksQuery } from '../../work/queries.ts';
import { useEditor } from '../editor/context.ts';
import { present } from '../model/history.ts';
import { MarksContext, ProblemsContext } from './context.ts';
import { useProblemSentence } from './problem_text.ts';
import { findProblems, listed, marksOf } from './problems.ts';
import { useKnownWorkflows } from './useKnownWorkflows.ts';
import { useServerProblems } from './useServerProblems.ts';

/** Typing and dragging come first; what is wrong may come a moment later. */
const REST_MS = 120;

/** Validates the draft by the engine's own function whenever its author pauses, and by the server a moment later. */
export function ProblemsProvider({ children }: { children: ReactNode }) {
  const editor = useEditor();
  const say = useProblemSentence();
  const works = useKnownWorks();
  const [settled, setSettled] = useState(editor.document);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;

    const unsubscribe = editor.store.subscribe(({ history }, before) => {
      if (present(history) === present(before.history)) return;
      clearTimeout(timer);
      timer = setTimeout(() => setSettled(editor.document()), REST_MS);
    });

    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [editor]);

  const workflows = useKnownWorkflows(editor.workflow, settled);
  const known = useMemo(() => ({ works, workflows }), [works, workflows]);
  const own = useMemo(() => findProblems(settled, known), [settled, known]);
  const told = useServerProblems(settled, known);
  const found = useMemo(() => listed([...own.problems, ...told]), [own, told]);
  const marks = useMemo(() => marksOf(settled, found.problems, say), [settled, found, say]);

  return (
    <ProblemsContext value={found}>
      <MarksContext value={marks}>{children}</MarksContext>
    </ProblemsContext>
  );
}

/** Null: not read yet. */
function useKnownWorks(): ReadonlySet<string> | null {
  const { data } = useQuery(worksQuery());

  return useMemo(
    () => (data === undefined ? null : new Set(data.data.map(({ key }) => key))),
    [data],
  );
}
