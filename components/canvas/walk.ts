/** Finding one's way through a graph by keyboard. */
import { own } from '#engine/json.ts';
import type { GraphEdge, Layout } from './graph.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node that an arrow key leads to: left and right follow the edges, to the neighbour that stands closest in height; up and down go to
 * the nearest card above or below, connected or not.
 */
export function walk(
  from: string,
  direction: Direction,
  edges: readonly GraphEdge[],
  layout: Layout,
): string | undefined {
  const here = own(layout, from);
  if (here === undefined) return undefined;

  const neighbours =
    direction === 'right'
      ? edges.flatMap((edge) => (edge.from === from ? [edge.to] : []))
      : direction === 'left'
        ? edges.flatMap((edge) => (edge.to === from ? [edge.from] : []))
        : Object.keys(layout).filter((key) => {
            const y = own(layout, key)?.y ?? here.y;
            return direction === 'up' ? y < here.y : y > here.y;
          });

  // Going up or down, a step aside counts twice: the column is what the eye follows.
  const aside = direction === 'up' || direction === 'down' ? 2 : 0;

  return neighbours
    .flatMap((key) => {
      const there = own(layout, key);
      if (there === undefined) return [];
      return [{ key, distance: Math.abs(there.y - here.y) + aside * Math.abs(there.x - here.x) }];
    })
    .toSorted((a, b) => a.distance - b.distance)[0]?.key;
}

/** Everything before (or after) the given nodes, themselves included. */
export function reach(
  keys: readonly string[],
  edges: readonly GraphEdge[],
  towards: 'upstream' | 'downstream',
): ReadonlySet<string> {
  const next = new Map<string, string[]>();

  for (const edge of edges) {
    const [here, there] = towards === 'downstream' ? [edge.from, edge.to] : [edge.to, edge.from];
    const known = next.get(here);
    if (known === undefined) next.set(here, [there]);
    else known.push(there);
  }

  const found = new Set(keys);

  // A set keeps being walked while it grows.
  for (const key of found) {
    for (const other of next.get(key) ?? []) found.add(other);
  }

  return found;
}
