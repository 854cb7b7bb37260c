/** Whether an edge may be drawn, and why not. */
import { sameEdge, type GraphEdge } from '../../canvas/graph.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { titleOf } from '../../canvas/read.ts';
import { nodeOf, type Document } from './document.ts';

export type ConnectionRefusal =
  | { readonly code: 'unknown' | 'self' | 'duplicate' }
  | { readonly code: 'noEntry' | 'noExit'; readonly title: string }
  /** The nodes around the circle by name, the first one again at the end. */
  | { readonly code: 'cycle'; readonly path: readonly string[] };

export function refuseEdge(document: Document, edge: GraphEdge): ConnectionRefusal | null {
  const from = nodeOf(document, edge.from);
  const to = nodeOf(document, edge.to);

  if (from === undefined || to === undefined) return { code: 'unknown' };
  if (from === to) return { code: 'self' };
  if (!kindOf(to.type).entry) return { code: 'noEntry', title: titleOf(to) };
  if (kindOf(from.type).exits(from, []).length === 0) {
    return { code: 'noExit', title: titleOf(from) };
  }
  if (document.edges.some((other) => sameEdge(other, edge))) return { code: 'duplicate' };

  const back = pathBetween(document.edges, edge.to, edge.from);
  if (back === undefined) return null;

  return {
    code: 'cycle',
    path: [edge.from, ...back].map((key) => titleOf(nodeOf(document, key) ?? { key })),
  };
}

/** The shortest way along the edges, both ends included. */
export function pathBetween(
  edges: readonly GraphEdge[],
  from: string,
  to: string,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string | null>([[from, null]]);

  // A map keeps being walked while it grows: breadth first.
  for (const key of cameFrom.keys()) {
    if (key === to) return wayBack(cameFrom, to);

    for (const edge of edges) {
      if (edge.from === key && !cameFrom.has(edge.to)) cameFrom.set(edge.to, key);
    }
  }

  return undefined;
}

function wayBack(cameFrom: ReadonlyMap<string, string | null>, to: string): readonly string[] {
  const path: string[] = [];

  for (let key: string | null = to; key !== null; key = cameFrom.get(key) ?? null) {
    path.unshift(key);
  }

  return path;
}
