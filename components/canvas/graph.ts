import type { NodeType } from '#engine/definition.ts';

/**
 * What the canvas draws: the nodes of a published definition, or those of a draft, whose fields may be missing or of the wrong shape.
 * Readers therefore look before they trust: see `read.ts`.
 */
export type GraphNode = {
  readonly key: string;
  readonly type: NodeType;
  readonly [field: string]: unknown;
};

export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly branch?: string | undefined;
};

export type Point = { readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };

/** Top left corners by node key. */
export type Layout = Readonly<Record<string, Point>>;

/** A way out of a node. `y` is the middle of its port, from the top of the card. */
export type Exit = {
  readonly branch: string | undefined;
  readonly label: string | undefined;
  readonly y: number;
  /** False for a branch that an edge names but the node does not have: drawn, so that it can be seen and mended. */
  readonly known: boolean;
};

export type Selection = { readonly nodes: readonly string[]; readonly edges: readonly string[] };

export const NOTHING_SELECTED: Selection = { nodes: [], edges: [] };

/** Positions fall on this grid, so that cards line up without effort. */
export const GRID = 20;

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** Node keys hold only letters, digits and `_`, so the separators cannot occur inside one. */
export function edgeId(edge: GraphEdge): string {
  return edge.branch === undefined
    ? `${edge.from}>${edge.to}`
    : `${edge.from}:${edge.branch}>${edge.to}`;
}

export function sameEdge(one: GraphEdge, other: GraphEdge): boolean {
  return one.from === other.from && one.to === other.to && one.branch === other.branch;
}
