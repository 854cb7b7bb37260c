/** A part of a pipeline that can be copied: as JSON text, so that it goes through the clipboard to another tab, a chat or a file. */
import { own } from '#engine/json.ts';
import {
  GRID,
  type GraphEdge,
  type GraphNode,
  type Layout,
  type Point,
} from '../../canvas/graph.ts';
import { freeSpot } from '../../canvas/layout.ts';
import { boxesOf, openDocument, type Document } from './document.ts';
import { freeKey } from './keys.ts';
import { withReferences } from './rename-node.ts';

export type Fragment = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly layout: Layout;
};

/** The given nodes with the edges among them. */
export function fragmentOf(document: Document, keys: readonly string[]): Fragment {
  const chosen = new Set(keys);

  return {
    nodes: document.nodes.filter((node) => chosen.has(node.key)),
    edges: document.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
    layout: Object.fromEntries(Object.entries(document.layout).filter(([key]) => chosen.has(key))),
  };
}

export function fragmentToText(fragment: Fragment): string {
  return JSON.stringify(fragment, null, 2);
}

/** Any pasted JSON that has nodes and edges that belong together, a whole definition included. */
export function fragmentFromText(text: string): Fragment | null {
  try {
    const document = openDocument(JSON.parse(text));
    return document === null || document.nodes.length === 0 ? null : document;
  } catch {
    return null;
  }
}

/**
 * Puts a copy into the document: nodes whose keys are taken get new ones, and edges and expressions among the copied nodes follow. The
 * copy goes to `at` (its top left corner), else a little beside the original.
 */
export function insertFragment(document: Document, fragment: Fragment, at?: Point): Document {
  if (fragment.nodes.length === 0) return document;

  const taken = new Set(document.nodes.map((node) => node.key));
  const renames = new Map<string, string>();

  for (const node of fragment.nodes) {
    const key = freeKey(node.key, taken);
    taken.add(key);
    renames.set(node.key, key);
  }

  const renamed = (key: string) => renames.get(key) ?? key;
  const offset = offsetFor(document, fragment, at);

  return {
    ...document,
    nodes: [
      ...document.nodes,
      ...fragment.nodes.map((node) => withReferences({ ...node, key: renamed(node.key) }, renames)),
    ],
    edges: [
      ...document.edges,
      ...fragment.edges.map((edge) => ({
        ...edge,
        from: renamed(edge.from),
        to: renamed(edge.to),
      })),
    ],
    layout: {
      ...document.layout,
      ...Object.fromEntries(
        fragment.nodes.map((node) => {
          const point = own(fragment.layout, node.key) ?? { x: 0, y: 0 };
          return [renamed(node.key), { x: point.x + offset.x, y: point.y + offset.y }];
        }),
      ),
    },
  };
}

/** How far the copy is moved: as a whole, until its bounding box covers nothing. */
function offsetFor(document: Document, fragment: Fragment, at: Point | undefined): Point {
  const boxes = boxesOf(fragment);
  const corners = boxes.map((box) => ({
    ...(own(fragment.layout, box.key) ?? { x: 0, y: 0 }),
    ...box,
  }));
  const left = Math.min(...corners.map((corner) => corner.x));
  const top = Math.min(...corners.map((corner) => corner.y));
  const size = {
    width: Math.max(...corners.map((corner) => corner.x + corner.width)) - left,
    height: Math.max(...corners.map((corner) => corner.y + corner.height)) - top,
  };

  const sizes = new Map(boxesOf(document).map((box) => [box.key, box]));
  const wanted = at ?? { x: left + 2 * GRID, y: top + 2 * GRID };
  const spot = freeSpot(size, wanted, new Map(Object.entries(document.layout)), sizes);

  return { x: spot.x - left, y: spot.y - top };
}
