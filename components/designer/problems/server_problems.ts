/** What only the server can tell of a draft: whether scripts compile, URLs are allowed, workflows would come to run themselves. */
import type { Problem } from '#engine/problem.ts';
import type { Document } from '../model/document.ts';

/** What the server said, and of which draft: by the time it answers there may be a newer one. */
export type ServerAnswer = {
  readonly asked: Document;
  readonly problems: readonly Problem[];
};

/** What of it the page does not say itself of the same draft, at the places that it has in the document by now. */
export function onlyServerTells(
  { asked, problems }: ServerAnswer,
  ownOfAsked: readonly Problem[],
  document: Document,
): readonly Problem[] {
  const own = new Set(ownOfAsked.map(identityOf));

  return problems
    .filter((problem) => !own.has(identityOf(problem)))
    .flatMap((problem) => (asked === document ? [problem] : follow(problem, document)));
}

function identityOf({ code, pointer, message }: Problem): string {
  return JSON.stringify([code, pointer, message]);
}

/** Pointers count nodes and edges; others may have come or gone before the one at fault. None: it is gone itself. */
function follow(problem: Problem, { nodes, edges }: Document): readonly Problem[] {
  const [whole, list, rest = ''] = /^\/(nodes|edges)\/\d+(.*)$/s.exec(problem.pointer) ?? [];
  if (whole === undefined) {
    return [problem];
  }
  const { node, edge } = problem;
  const index =
    list === 'nodes'
      ? nodes.findIndex(({ key }) => key === node)
      : edges.findIndex(({ from, to }) => from === edge?.from && to === edge.to);

  return index < 0 ? [] : [{ ...problem, pointer: `/${list}/${index}${rest}` }];
}
