/** From the graph to what React Flow draws. Pure; a card whose inputs did not change keeps its identity, so it is not drawn again. */
import { Position, type Edge, type NodeHandle } from '@xyflow/react';
import { clsx } from 'clsx';
import { own } from '#engine/json.ts';
import type { FlowNode, Marks, NodeRun } from './cards/card.ts';
import { edgeId } from './graph.ts';
import type { Exit, GraphEdge, GraphNode, Layout, Size } from './graph.ts';
import { kindOf } from './kinds/registry.ts';

export const PORT_SIZE = 12;

/** The id of the port of a way out without a branch; a key cannot be this. */
const PLAIN_PORT = '>';

export function portOf(branch: string | undefined): string {
  return branch ?? PLAIN_PORT;
}

export function branchOfPort(port: string | null | undefined): string | undefined {
  return port === PLAIN_PORT || port == null ? undefined : port;
}

export type EdgeData = {
  readonly edge: GraphEdge;
  readonly label: string | undefined;
  readonly editable: boolean;
  readonly marks: Marks | undefined;
  /** What became of the edge in the instance that is looked at. */
  readonly passage: 'open' | 'passed' | 'skipped' | undefined;
};

export type FlowEdge = Edge<EdgeData, 'pipeline'>;

export type Shape = { readonly exits: readonly Exit[]; readonly size: Size };

const shapes = new WeakMap<GraphNode, { branches: string; shape: Shape }>();

/** Ports and size of every node, by key. A node that did not change, nor the branches of its edges, keeps the same shape. */
export function shapesOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): ReadonlyMap<string, Shape> {
  const branches = new Map<string, (string | undefined)[]>();

  for (const edge of edges) {
    const known = branches.get(edge.from);
    if (known === undefined) branches.set(edge.from, [edge.branch]);
    else if (!known.includes(edge.branch)) known.push(edge.branch);
  }

  return new Map(nodes.map((node) => [node.key, shapeOf(node, branches.get(node.key) ?? [])]));
}

function shapeOf(node: GraphNode, branches: readonly (string | undefined)[]): Shape {
  const known = shapes.get(node);
  const key = JSON.stringify(branches);
  if (known?.branches === key) return known.shape;

  const kind = kindOf(node.type);
  const exits = kind.exits(node, branches);
  const shape = { exits, size: kind.size(exits) };

  shapes.set(node, { branches: key, shape });
  return shape;
}

export type NodeInput = {
  readonly node: GraphNode;
  readonly shape: Shape;
  readonly position: { readonly x: number; readonly y: number };
  readonly run: NodeRun | undefined;
  readonly marks: Marks | undefined;
  readonly selected: boolean;
  readonly editable: boolean;
};

/** @param label what the card is heard as */
export function toFlowNode(input: NodeInput, label: string): FlowNode {
  const { node, shape, position, run, marks, selected, editable } = input;
  const { exits, size } = shape;

  return {
    id: node.key,
    type: node.type,
    position: { x: position.x, y: position.y },
    // Sizes and ports are known beforehand, so cards that were never on screen have their edges and their place in the minimap.
    width: size.width,
    height: size.height,
    measured: { width: size.width, height: size.height },
    handles: handlesOf(kindOf(node.type).entry, shape),
    selected,
    draggable: editable,
    connectable: editable,
    deletable: false,
    ariaLabel: label,
    domAttributes: { 'aria-current': selected ? 'true' : undefined },
    data: { node, exits, size, run, marks, editable },
  };
}

function handlesOf(entry: boolean, { exits, size }: Shape): NodeHandle[] {
  const half = PORT_SIZE / 2;
  const square = { width: PORT_SIZE, height: PORT_SIZE };
  const way: NodeHandle[] = exits.map((exit) => ({
    ...square,
    id: portOf(exit.branch),
    type: 'source',
    position: Position.Right,
    x: size.width - half,
    y: exit.y - half,
  }));

  return entry
    ? [
        {
          ...square,
          id: null,
          type: 'target',
          position: Position.Left,
          x: -half,
          y: entryHeight(size) - half,
        },
        ...way,
      ]
    : way;
}

/** Edges come in beside the title: in the middle of an ordinary card, at the top of a tall one. */
export function entryHeight(size: Size): number {
  return Math.min(size.height / 2, 40);
}

/**
 * Gives back the earlier card (or edge) while nothing about it has changed. One memory per canvas; it forgets nothing, since undo brings
 * nodes back.
 */
export function remember<Input, Output>(
  keyOf: (input: Input) => string,
  same: (one: Input, other: Input) => boolean,
  make: (input: Input) => Output,
): (input: Input) => Output {
  const known = new Map<string, { input: Input; output: Output }>();

  return (input) => {
    const key = keyOf(input);
    const before = known.get(key);
    if (before !== undefined && same(before.input, input)) return before.output;

    const output = make(input);
    known.set(key, { input, output });
    return output;
  };
}

export function rememberCards(
  labelOf: (input: NodeInput) => string,
): (input: NodeInput) => FlowNode {
  return remember(
    ({ node }) => node.key,
    (one, other) =>
      one.node === other.node &&
      one.shape === other.shape &&
      one.position.x === other.position.x &&
      one.position.y === other.position.y &&
      one.selected === other.selected &&
      one.editable === other.editable &&
      sameJson(one.run, other.run) &&
      sameJson(one.marks, other.marks),
    (input) => toFlowNode(input, labelOf(input)),
  );
}

export function rememberEdges(
  wordsOf: (input: EdgeInput) => EdgeWords,
): (input: EdgeInput) => FlowEdge {
  return remember(
    ({ edge }) => edgeId(edge),
    (one, other) =>
      one.edge === other.edge &&
      one.from === other.from &&
      one.to === other.to &&
      one.passage === other.passage &&
      one.selected === other.selected &&
      one.editable === other.editable &&
      one.target === other.target &&
      sameJson(one.marks, other.marks),
    (input) => toFlowEdge(input, wordsOf(input)),
  );
}

/** The earlier list, if the new one holds the same: then nothing downstream has to look through it. */
export function rememberList<Item>(): (items: readonly Item[]) => Item[] {
  let known: Item[] = [];

  return (items) => {
    const same =
      items.length === known.length && items.every((item, index) => item === known[index]);
    if (!same) known = [...items];
    return known;
  };
}

function sameJson(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

export type EdgeInput = {
  readonly edge: GraphEdge;
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly marks: Marks | undefined;
  readonly passage: EdgeData['passage'];
  readonly selected: boolean;
  readonly editable: boolean;
  /** A kind from the palette is held over it. */
  readonly target: boolean;
};

/** What an edge is heard as, and the branch that is written on it. */
export type EdgeWords = { readonly name: string; readonly label: string | undefined };

export function toFlowEdge(input: EdgeInput, { name, label }: EdgeWords): FlowEdge {
  const { edge, marks, passage, selected, editable, target } = input;

  return {
    id: edgeId(edge),
    type: 'pipeline',
    source: edge.from,
    target: edge.to,
    sourceHandle: portOf(edge.branch),
    selected,
    deletable: false,
    reconnectable: editable,
    focusable: editable,
    ariaLabel: name,
    className: clsx(passage !== undefined && `passage-${passage}`, target && 'target'),
    data: { edge, label, editable, marks, passage },
  };
}

/**
 * Whether a run went along an edge. Out of a route that does not say which branches it took, only an edge that is the one way to its end
 * is known to have been gone.
 */
export function passageOf(
  edge: GraphEdge,
  runs: Readonly<Record<string, NodeRun>> | undefined,
  onlyWay: boolean,
): EdgeData['passage'] {
  const from = own(runs, edge.from);
  const to = own(runs, edge.to)?.status;
  if (from === undefined || to === undefined) return undefined;
  if (from.status === 'skipped' || to === 'skipped' || to === 'upstream_failed') return 'skipped';
  // Of what was cancelled, nothing went on.
  if (to === 'pending' || from.status === 'cancelled') return 'open';
  if (edge.branch === undefined) return 'passed';
  if (from.branches != null) return from.branches.includes(edge.branch) ? 'passed' : 'skipped';

  return onlyWay ? 'passed' : 'open';
}

/** Positions as they are while cards are being dragged. */
export function withDragged(layout: Layout, dragged: Layout | null): Layout {
  return dragged === null ? layout : { ...layout, ...dragged };
}
