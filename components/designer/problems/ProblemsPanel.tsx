'use client';

import { ChevronDown, ChevronUp, CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Problem } from '#engine/problem.ts';
import { edgeId } from '../../canvas/graph.ts';
import { titleOf } from '../../canvas/read.ts';
import { useUi } from '../commands/context.ts';
import { useDocument, useEditor } from '../editor/context.ts';
import { nodeOf } from '../model/document.ts';
import { useProblems } from './context.ts';
import { useProblemSentence } from './problem_text.ts';
import { edgeAt } from './problems.ts';

/** Everything that is wrong, as the server will say it; pressing a line goes to the place. */
export function ProblemsPanel({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('designer.problems');
  const { problems } = useProblems();

  return (
    <section
      aria-label={t('title')}
      className="flex max-h-56 shrink-0 flex-col border-t bg-surface"
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => onOpenChange(!open)}
        className="flex h-8 shrink-0 items-center gap-2 px-4 text-xs font-medium hover:bg-hover"
      >
        <span className="sr-only">{t('title')}: </span>
        <Summary />
        <span className="flex-1" />
        {open ? (
          <ChevronDown aria-hidden className="size-4 text-faint" />
        ) : (
          <ChevronUp aria-hidden className="size-4 text-faint" />
        )}
      </button>
      {open && problems.length > 0 && (
        <ul className="min-h-0 overflow-y-auto border-t py-1">
          {problems.map((problem) => (
            <ProblemLine
              key={`${problem.code} ${problem.pointer} ${problem.message}`}
              problem={problem}
            />
          ))}
        </ul>
      )}
      {open && problems.length === 0 && (
        <p className="border-t px-4 py-3 text-sm text-muted">{t('none')}</p>
      )}
    </section>
  );
}

function Summary() {
  const t = useTranslations('designer.problems');
  const { errors, warnings } = useProblems();

  if (errors + warnings === 0) {
    return (
      <span data-tone="good" className="flex items-center gap-1.5 text-tone">
        <CircleCheck aria-hidden className="size-3.5" />
        {t('none')}
      </span>
    );
  }

  return (
    <>
      {errors > 0 && (
        <span data-tone="bad" className="flex items-center gap-1.5 text-tone">
          <CircleAlert aria-hidden className="size-3.5" />
          {t('errors', { count: errors })}
        </span>
      )}
      {warnings > 0 && (
        <span data-tone="warn" className="flex items-center gap-1.5 text-tone">
          <TriangleAlert aria-hidden className="size-3.5" />
          {t('warnings', { count: warnings })}
        </span>
      )}
    </>
  );
}

export function ProblemLine({ problem, onGo }: { problem: Problem; onGo?: () => void }) {
  const t = useTranslations('designer.problems');
  const document = useDocument();
  const editor = useEditor();
  const ui = useUi();
  const say = useProblemSentence();
  const edge = edgeAt(document, problem);
  const node = nodeOf(document, problem.node ?? edge?.from ?? '');
  const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;

  function go() {
    onGo?.();
    if (edge !== undefined) editor.select(() => ({ nodes: [], edges: [edgeId(edge)] }));
    else editor.selectNodes(...(node === undefined ? [] : [node.key]));
    if (node !== undefined) ui.reveal(node.key);
  }

  return (
    <li>
      <button
        type="button"
        onClick={go}
        className="flex w-full items-start gap-2 px-4 py-1 text-left text-sm hover:bg-hover"
      >
        <span
          data-tone={problem.severity === 'error' ? 'bad' : 'warn'}
          className="mt-0.5 text-tone"
        >
          <Icon role="img" aria-label={t(problem.severity)} className="size-3.5" />
        </span>
        <span className="shrink-0 font-medium">
          {node === undefined ? t('workflow') : titleOf(node)}
        </span>
        <span className="min-w-0 break-words text-muted">{say(problem)}</span>
      </button>
    </li>
  );
}
