import { definition } from '#engine/definition.ts';
import type { DefinitionEdge, DefinitionNode } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';

export type PublishedGraph = {
  readonly nodes: readonly DefinitionNode[];
  readonly edges: readonly DefinitionEdge[];
  readonly layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
};

const EMPTY: PublishedGraph = { nodes: [], edges: [], layout: {} };

/** What is drawn of a published definition. It was valid when it was published; should it no longer be, nothing is drawn. */
export function graphOf(published: JsonObject): PublishedGraph {
  const read = definition.safeParse(published);
  return read.success
    ? { nodes: read.data.nodes, edges: read.data.edges, layout: read.data.layout ?? {} }
    : EMPTY;
}
