import { definition } from '#engine/definition.ts';
import type { DefinitionEdge, DefinitionNode } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';

export type PublishedGraph = {
  readonly nodes: readonly DefinitionNode[];
  readonly edges: readonly DefinitionEdge[];
  readonly layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
};

const EMPTY: PublishedGraph = { nodes: [], edges: [], layout: {} };

/** About a card's height, and room to breathe. */
const CARD = 100;
const MARGIN = 160;

/** How high a canvas must be to show the graph from top to bottom, in pixels; null where it was never laid out. */
export function heightOf({ layout }: PublishedGraph): number | null {
  const tops = Object.values(layout).map(({ y }) => y);
  return tops.length === 0 ? null : Math.max(...tops) - Math.min(...tops) + CARD + MARGIN;
}

/** What is drawn of a published definition. It was valid when it was published; should it no longer be, nothing is drawn. */
export function graphOf(published: JsonObject): PublishedGraph {
  const read = definition.safeParse(published);
  return read.success
    ? { nodes: read.data.nodes, edges: read.data.edges, layout: read.data.layout ?? {} }
    : EMPTY;
}
