/**
 * Where nodes stand. `arrange` tidies up a whole graph; `place` finds room for nodes that have no position and leaves the others
 * where their author put them. Both are pure and quick enough to run on the spot: 300 nodes take a fraction of a second.
 */
import {
  Graph,
  layout as runDagre,
  type EdgeLabel,
  type GraphLabel,
  type NodeLabel,
} from '@dagrejs/dagre';
import { own } from '#engine/json.ts';
import { snap, type Layout, type Point, type Size } from './graph.ts';

export type Box = { readonly key: string } & Size;
export type Line = {
  readonly from: string;
  readonly to: string;
  readonly branch?: string | undefined;
};

const RANK_GAP = 80;
const ROW_GAP = 40;
const COMPONENT_GAP = 80;

/** Edges that carry the name of a branch are longer, so that it can be read. */
const BRANCH_LABEL: EdgeLabel = { width: 60, height: 16, labelpos: 'c' };

/** Keeping the author's order makes dagre's crossing reduction quadratic: 0.3 s for 300 nodes, 6.5 s for 1,000. */
const KEEP_ORDER_UP_TO = 300;

/**
 * Left to right, each connected component by itself, one below the other. Nodes and edges go in sorted by where they stand now, so
 * that what was above stays above, and the result starts at the old top left corner.
 */
export function arrange(
  boxes: readonly Box[],
  lines: readonly Line[],
  current: Layout = {},
): Layout {
  const origin = topLeft(boxes.flatMap((box) => own(current, box.key) ?? [])) ?? { x: 0, y: 0 };
  const components = connectedComponents(sortedByPlace(boxes, current), lines);

  const result = new Map<string, Point>();
  let y = origin.y;

  for (const component of components) {
    const arranged = arrangeComponent(component, lines, current);

    for (const box of component) {
      const point = own(arranged.layout, box.key) ?? { x: 0, y: 0 };
      result.set(box.key, { x: snap(origin.x + point.x), y: snap(y + point.y) });
    }

    y += arranged.height + COMPONENT_GAP;
  }

  return Object.fromEntries(result);
}

/** A position for every node: its own, or one to the right of what comes before it where nothing else stands. */
export function place(boxes: readonly Box[], lines: readonly Line[], layout: Layout): Layout {
  const missing = boxes.filter((box) => own(layout, box.key) === undefined);

  if (missing.length === 0) return layout;
  if (missing.length === boxes.length) return arrange(boxes, lines);

  const sizes = new Map(boxes.map((box) => [box.key, box]));
  const placed = new Map<string, Point>();

  for (const box of boxes) {
    const point = own(layout, box.key);
    if (point !== undefined) placed.set(box.key, point);
  }

  for (const box of inOrderOf(lines, missing)) {
    const before = lines.flatMap((line) => (line.to === box.key ? [line.from] : []));
    const wanted = besides(before, placed, sizes) ?? below(placed, sizes);

    placed.set(box.key, freeSpot(box, wanted, placed, sizes));
  }

  return { ...layout, ...Object.fromEntries(placed) };
}

/** The nearest spot at or below `wanted` where a card of this size covers no other. */
export function freeSpot(
  size: Size,
  wanted: Point,
  placed: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, Size>,
): Point {
  let spot = { x: snap(wanted.x), y: snap(wanted.y) };

  for (;;) {
    const hit = lowestOverlap(size, spot, placed, sizes);
    if (hit === undefined) return spot;
    spot = { x: spot.x, y: snap(hit + ROW_GAP) };
  }
}

function arrangeComponent(
  boxes: readonly Box[],
  lines: readonly Line[],
  current: Layout,
): { layout: Layout; height: number } {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  const inside = new Set(boxes.map((box) => box.key));
  const rankOf = new Map(boxes.map((box, index) => [box.key, index]));
  const keepOrder =
    boxes.length <= KEEP_ORDER_UP_TO && boxes.every((box) => own(current, box.key) !== undefined);

  graph.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, ranksep: RANK_GAP, edgesep: 2 * ROW_GAP });

  for (const box of boxes) {
    graph.setNode(dagreId(box.key), { width: box.width, height: box.height });
  }

  const ours = lines
    .filter((line) => inside.has(line.from) && inside.has(line.to))
    .toSorted(
      (a, b) =>
        (rankOf.get(a.from) ?? 0) - (rankOf.get(b.from) ?? 0) ||
        (rankOf.get(a.to) ?? 0) - (rankOf.get(b.to) ?? 0),
    );

  for (const line of ours) {
    graph.setEdge(
      dagreId(line.from),
      dagreId(line.to),
      line.branch === undefined ? {} : { ...BRANCH_LABEL },
    );
  }

  runDagre(graph, { disableOptimalOrderHeuristic: keepOrder });

  const corners = boxes.map((box) => {
    const { x = 0, y = 0 } = graph.node(dagreId(box.key));
    return {
      key: box.key,
      x: x - box.width / 2,
      y: y - box.height / 2,
      bottom: y + box.height / 2,
    };
  });

  const start = topLeft(corners) ?? { x: 0, y: 0 };

  return {
    layout: Object.fromEntries(
      corners.map((corner) => [corner.key, { x: corner.x - start.x, y: corner.y - start.y }]),
    ),
    height: Math.max(...corners.map((corner) => corner.bottom)) - start.y,
  };
}

/** dagre keeps its nodes as members of plain objects, which have a `toString` and a `constructor` before anybody adds one. */
function dagreId(key: string): string {
  return `#${key}`;
}

function sortedByPlace(boxes: readonly Box[], current: Layout): readonly Box[] {
  return boxes.toSorted((a, b) => {
    const one = own(current, a.key);
    const other = own(current, b.key);

    if (one === undefined || other === undefined) return 0;
    return one.y - other.y || one.x - other.x;
  });
}

function connectedComponents(
  boxes: readonly Box[],
  lines: readonly Line[],
): readonly (readonly Box[])[] {
  const leader = new Map(boxes.map((box) => [box.key, box.key]));

  function find(key: string): string {
    let root = key;
    let next = leader.get(root);

    while (next !== undefined && next !== root) {
      root = next;
      next = leader.get(root);
    }

    leader.set(key, root);
    return root;
  }

  for (const line of lines) {
    if (leader.has(line.from) && leader.has(line.to)) leader.set(find(line.from), find(line.to));
  }

  const components = new Map<string, Box[]>();

  for (const box of boxes) {
    const root = find(box.key);
    const members = components.get(root);
    if (members === undefined) components.set(root, [box]);
    else members.push(box);
  }

  return [...components.values()];
}

/** So that a chain of new nodes is placed from its beginning. Nodes of a cycle come last, in their own order. */
function inOrderOf(lines: readonly Line[], boxes: readonly Box[]): readonly Box[] {
  const waiting = new Set(boxes.map((box) => box.key));
  const ordered: Box[] = [];
  let rest = boxes;

  while (rest.length > 0) {
    const open = rest.filter(
      (box) => !lines.some((line) => line.to === box.key && waiting.has(line.from)),
    );
    const next = open.length > 0 ? open : rest;

    ordered.push(...next);
    for (const box of next) waiting.delete(box.key);
    rest = rest.filter((box) => waiting.has(box.key));
  }

  return ordered;
}

function besides(
  before: readonly string[],
  placed: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, Size>,
): Point | undefined {
  const neighbours = before.flatMap((key) => {
    const point = placed.get(key);
    return point === undefined
      ? []
      : [{ right: point.x + (sizes.get(key)?.width ?? 0), y: point.y }];
  });

  if (neighbours.length === 0) return undefined;

  return {
    x: Math.max(...neighbours.map((neighbour) => neighbour.right)) + RANK_GAP,
    y: Math.min(...neighbours.map((neighbour) => neighbour.y)),
  };
}

function below(placed: ReadonlyMap<string, Point>, sizes: ReadonlyMap<string, Size>): Point {
  const corners = [...placed].map(([key, point]) => ({
    x: point.x,
    bottom: point.y + (sizes.get(key)?.height ?? 0),
  }));

  return {
    x: Math.min(...corners.map((corner) => corner.x)),
    y: Math.max(...corners.map((corner) => corner.bottom)) + COMPONENT_GAP,
  };
}

function lowestOverlap(
  size: Size,
  spot: Point,
  placed: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, Size>,
): number | undefined {
  let lowest: number | undefined;

  for (const [key, point] of placed) {
    const other = sizes.get(key) ?? { width: 0, height: 0 };
    const apart =
      point.x >= spot.x + size.width ||
      spot.x >= point.x + other.width ||
      point.y >= spot.y + size.height ||
      spot.y >= point.y + other.height;

    if (!apart) lowest = Math.max(lowest ?? -Infinity, point.y + other.height);
  }

  return lowest;
}

function topLeft(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined;

  return {
    x: Math.min(...points.map((point) => point.x)),
    y: Math.min(...points.map((point) => point.y)),
  };
}
