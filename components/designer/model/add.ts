import { DEFAULT_BRANCH } from '#engine/definition.ts';
import { own } from '#engine/json.ts';
import {
  sameEdge,
  snap,
  type GraphEdge,
  type GraphNode,
  type Point,
  type Size,
} from '../../canvas/graph.ts';
import { freeSpot, place } from '../../canvas/layout.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { reach } from '../../canvas/walk.ts';
import { refuseEdge } from './connect.ts';
import { boxesOf, type Document } from './document.ts';
import { freeKey } from './keys.ts';

type Addition = {
  readonly node: GraphNode;
  readonly at?: Point | undefined;
  readonly after?: Omit<GraphEdge, 'to'> | undefined;
  readonly between?: GraphEdge | undefined;
};

/** Around a card that is put on an edge. */
const MARGIN = 60;

/** Adds a node: on its own, after another, or on an edge, whose two ends then move apart if there is no room. */
export function addNode(
  document: Document,
  { node: wanted, at, after, between }: Addition,
): Document {
  const taken = new Set(document.nodes.map((node) => node.key));
  const node = { ...wanted, key: freeKey(wanted.key, taken) };
  const kind = kindOf(node.type);
  const size = kind.size(kind.exits(node, []));
  const way = kind
    .exits(node, [])
    .find((exit) => (exit.branch ?? DEFAULT_BRANCH) === DEFAULT_BRANCH);
  const edge = document.edges.find((other) => between !== undefined && sameEdge(other, between));

  if (edge !== undefined && kind.entry && way !== undefined) {
    const outgoing = {
      from: node.key,
      to: edge.to,
      ...(way.branch !== undefined && { branch: way.branch }),
    };
    const roomy = makeRoom(document, edge, size);

    return {
      ...roomy.document,
      nodes: [...document.nodes, node],
      edges: [
        ...document.edges.map((other) => (other === edge ? { ...edge, to: node.key } : other)),
        outgoing,
      ],
      layout: { ...roomy.document.layout, [node.key]: roomy.spot },
    };
  }

  const added = { ...document, nodes: [...document.nodes, node] };
  const incoming = after === undefined ? undefined : { ...after, to: node.key };
  const joined =
    incoming === undefined || refuseEdge(added, incoming) !== null
      ? added
      : { ...added, edges: [...added.edges, incoming] };

  return { ...joined, layout: withSpot(joined, node.key, size, at) };
}

function withSpot(
  document: Document,
  key: string,
  size: Size,
  at: Point | undefined,
): Document['layout'] {
  if (at === undefined) return place(boxesOf(document), document.edges, document.layout);

  const sizes = new Map(boxesOf(document).map((box) => [box.key, box]));
  return {
    ...document.layout,
    [key]: freeSpot(size, at, new Map(Object.entries(document.layout)), sizes),
  };
}

/** The middle of the edge; if its ends stand too close, what comes after moves to the right by what is missing. */
function makeRoom(
  document: Document,
  edge: GraphEdge,
  size: Size,
): { document: Document; spot: Point } {
  const sizes = new Map(boxesOf(document).map((box) => [box.key, box]));
  const from = own(document.layout, edge.from) ?? { x: 0, y: 0 };
  const to = own(document.layout, edge.to) ?? from;
  const start = from.x + (sizes.get(edge.from)?.width ?? 0);
  const missing = Math.max(0, start + size.width + 2 * MARGIN - to.x);
  // An edge that runs backwards on screen has no "between": the card goes below it and nothing moves.
  const moves = missing > 0 && to.x >= start;
  const shift = moves ? snap(missing + 10) : 0;

  const middle = {
    x: snap((start + to.x + shift - size.width) / 2),
    y: snap(
      (middleOf(from, sizes.get(edge.from)) + middleOf(to, sizes.get(edge.to)) - size.height) / 2,
    ),
  };

  const downstream = reach([edge.to], document.edges, 'downstream');
  const layout = Object.fromEntries(
    Object.entries(document.layout).map(([key, point]) => [
      key,
      shift > 0 && downstream.has(key) ? { x: point.x + shift, y: point.y } : point,
    ]),
  );

  return {
    document: { ...document, layout },
    spot: freeSpot(size, middle, new Map(Object.entries(layout)), sizes),
  };
}

function middleOf(point: Point, size: Size | undefined): number {
  return point.y + (size?.height ?? 0) / 2;
}
