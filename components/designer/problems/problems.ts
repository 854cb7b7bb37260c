/** The engine's list of what is wrong, by the places where the editor shows it. */
import type { Problem } from '#engine/problem.ts';
import { validateDefinition, type Known } from '#engine/validate.ts';
import type { Marks } from '../../canvas/cards/card.ts';
import { edgeId } from '../../canvas/graph.ts';
import { toDraft, type Document } from '../model/document.ts';

export type ProblemList = {
  readonly problems: readonly Problem[];
  readonly errors: number;
  readonly warnings: number;
};

export const NO_PROBLEMS: ProblemList = { problems: [], errors: 0, warnings: 0 };

/** What is not known yet is not checked. */
export function findProblems(document: Document, known: Known): ProblemList {
  return listed(validateDefinition(toDraft(document), known).problems);
}

/** Errors before warnings. */
export function listed(problems: readonly Problem[]): ProblemList {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');

  return {
    problems: [...errors, ...warnings],
    errors: errors.length,
    warnings: warnings.length,
  };
}

export type MarksOfDocument = {
  readonly nodes: Readonly<Record<string, Marks>>;
  readonly edges: Readonly<Record<string, Marks>>;
};

export const NO_MARKS: MarksOfDocument = { nodes: {}, edges: {} };

/** What the canvas marks. A problem of an edge is drawn on the edge alone, unless it names a node as well. */
export function marksOf(
  document: Document,
  problems: readonly Problem[],
  say: (problem: Problem) => string,
): MarksOfDocument {
  const nodes = new Map<string, Marks>();
  const edges = new Map<string, Marks>();

  for (const problem of problems) {
    const edge = edgeAt(document, problem);
    if (problem.node !== undefined) add(nodes, problem.node, problem, say);
    if (edge !== undefined) add(edges, edgeId(edge), problem, say);
  }

  return { nodes: Object.fromEntries(nodes), edges: Object.fromEntries(edges) };
}

/** The edge that a problem is about: its pointer says which, since two may have the same ends. */
export function edgeAt(document: Document, problem: Problem) {
  const index = /^\/edges\/(\d+)/.exec(problem.pointer)?.[1];
  return index === undefined ? undefined : document.edges[Number(index)];
}

/** Problems of the value at `pointer` or inside it. */
export function problemsAt(problems: readonly Problem[], pointer: string): readonly Problem[] {
  return problems.filter(
    (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
  );
}

function add(
  marks: Map<string, Marks>,
  id: string,
  problem: Problem,
  say: (problem: Problem) => string,
): void {
  const before = marks.get(id);
  const worst = before?.severity === 'error' ? 'error' : problem.severity;

  marks.set(id, { severity: worst, messages: [...(before?.messages ?? []), say(problem)] });
}
