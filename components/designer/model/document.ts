/**
 * The draft as the editor holds it: a value that is never changed in place. It keeps whatever its author wrote, also fields it does not
 * know; only what the canvas cannot do without is sure: every node has a type we know and a key of its own, and every edge has both ends.
 */
import type { Draft } from '#engine/definition.ts';
import {
  edgeId,
  type GraphEdge,
  type GraphNode,
  type Layout,
  type Point,
} from '../../canvas/graph.ts';
import { shapesOf } from '../../canvas/flow.ts';
import { isNodeType } from '../../canvas/kinds/registry.ts';
import { place, type Box } from '../../canvas/layout.ts';
import { isRecord } from '../../canvas/read.ts';

export type Document = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly layout: Layout;
  readonly [setting: string]: unknown;
};

export const EMPTY_DOCUMENT: Document = { schemaVersion: 1, nodes: [], edges: [], layout: {} };

/**
 * Opens a definition or a draft, giving places to nodes that have none. Null if it cannot be drawn (it was written by hand and names a
 * node twice, say): then only the JSON view can mend it.
 */
export function openDocument(value: unknown): Document | null {
  if (!isRecord(value) || !Array.isArray(value.nodes) || !Array.isArray(value.edges)) return null;

  const nodes: readonly unknown[] = value.nodes;
  const edges: readonly unknown[] = value.edges;
  if (!nodes.every(isNode) || !edges.every(isEdge)) return null;

  const keys = new Set(nodes.map((node) => node.key));
  const ids = new Set(edges.map(edgeId));
  const whole = edges.every((edge) => keys.has(edge.from) && keys.has(edge.to));
  if (keys.size !== nodes.length || ids.size !== edges.length || !whole) return null;

  return { ...value, nodes, edges, layout: placed(nodes, edges, readLayout(value.layout, keys)) };
}

/** The document as the API takes it. */
export function toDraft(document: Document): Draft {
  return { ...document, nodes: [...document.nodes], edges: [...document.edges] };
}

export function nodeOf(document: Document, key: string): GraphNode | undefined {
  return document.nodes.find((node) => node.key === key);
}

export function boxesOf(document: Pick<Document, 'nodes' | 'edges'>): readonly Box[] {
  return [...shapesOf(document.nodes, document.edges)].map(([key, { size }]) => ({ key, ...size }));
}

function placed(nodes: readonly GraphNode[], edges: readonly GraphEdge[], layout: Layout): Layout {
  return place(boxesOf({ nodes, edges }), edges, layout);
}

function isNode(value: unknown): value is GraphNode {
  return (
    isRecord(value) && typeof value.key === 'string' && value.key !== '' && isNodeType(value.type)
  );
}

function isEdge(value: unknown): value is GraphEdge {
  return (
    isRecord(value) &&
    typeof value.from === 'string' &&
    typeof value.to === 'string' &&
    (value.branch === undefined || typeof value.branch === 'string')
  );
}

function readLayout(value: unknown, keys: ReadonlySet<string>): Layout {
  if (!isRecord(value)) return {};

  return Object.fromEntries(
    Object.entries(value).flatMap(([key, point]) =>
      keys.has(key) && isPoint(point) ? [[key, { x: point.x, y: point.y }] as const] : [],
    ),
  );
}

function isPoint(value: unknown): value is Point {
  return isRecord(value) && Number.isFinite(value.x) && Number.isFinite(value.y);
}
