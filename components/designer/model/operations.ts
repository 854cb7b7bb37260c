/**
 * Everything that can be done to a draft, by name. `apply` is pure and total: what cannot be done (a node that is gone, an edge that would
 * close a circle) leaves the document as it is, the very same value, and so leaves no trace in the history. No operation makes a dangling
 * edge, a second node of the same key, or a cycle.
 */
import type { NodeType } from '#engine/definition.ts';
import { own } from '#engine/json.ts';
import {
  sameEdge,
  type GraphEdge,
  type GraphNode,
  type Layout,
  type Point,
} from '../../canvas/graph.ts';
import { arrange } from '../../canvas/layout.ts';
import { addNode } from './add.ts';
import { moveCase, removeCase, renameCase } from './cases.ts';
import { refuseEdge } from './connect.ts';
import { boxesOf, nodeOf, type Document } from './document.ts';
import { insertFragment, type Fragment } from './fragment.ts';
import { valueAt, withValue, type Path } from './path.ts';
import { removeParts } from './remove.ts';
import { renameNode } from './rename-node.ts';
import { sameJson } from './same.ts';

export type Operation =
  | {
      readonly type: 'add';
      readonly node: GraphNode;
      readonly at?: Point | undefined;
      /** The way out that shall lead to it. */
      readonly after?: Omit<GraphEdge, 'to'> | undefined;
      /** The edge that it shall stand on. */
      readonly between?: GraphEdge | undefined;
    }
  | { readonly type: 'connect'; readonly edge: GraphEdge }
  | { readonly type: 'reconnect'; readonly from: GraphEdge; readonly to: GraphEdge }
  | {
      readonly type: 'remove';
      readonly nodes: readonly string[];
      readonly edges: readonly GraphEdge[];
    }
  | { readonly type: 'move'; readonly positions: Layout; readonly nudge?: boolean }
  /** Tidies up the given nodes, or all. */
  | { readonly type: 'arrange'; readonly nodes?: readonly string[] | undefined }
  | {
      readonly type: 'insert';
      readonly fragment: Fragment;
      readonly how: 'paste' | 'duplicate';
      readonly at?: Point | undefined;
    }
  | { readonly type: 'rename'; readonly from: string; readonly to: string }
  | { readonly type: 'change'; readonly node: string; readonly path: Path; readonly value: unknown }
  /** Several fields of one node in one step: choosing one alternative leaves the others. */
  | {
      readonly type: 'changeFields';
      readonly node: string;
      readonly values: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'disable'; readonly nodes: readonly string[]; readonly disabled: boolean }
  | {
      readonly type: 'renameCase';
      readonly node: string;
      readonly index: number;
      readonly to: string;
    }
  | { readonly type: 'removeCase'; readonly node: string; readonly index: number }
  | {
      readonly type: 'moveCase';
      readonly node: string;
      readonly index: number;
      readonly by: 1 | -1;
    }
  | { readonly type: 'set'; readonly path: Path; readonly value: unknown }
  | {
      readonly type: 'replace';
      readonly document: Document;
      readonly why: 'json' | 'theirs' | 'restored';
    };

export function apply(document: Document, operation: Operation): Document {
  switch (operation.type) {
    case 'add':
      return addNode(document, operation);
    case 'connect':
      return connect(document, operation.edge);
    case 'reconnect':
      return reconnect(document, operation.from, operation.to);
    case 'remove':
      return removeParts(document, operation.nodes, operation.edges);
    case 'move':
      return move(document, operation.positions);
    case 'arrange':
      return tidy(document, operation.nodes);
    case 'insert':
      return insertFragment(document, operation.fragment, operation.at);
    case 'rename':
      return renameNode(document, operation.from, operation.to);
    case 'change':
      return change(document, operation.node, operation.path, operation.value);
    case 'changeFields':
      return Object.entries(operation.values).reduce(
        (result, [field, value]) => change(result, operation.node, [field], value),
        document,
      );
    case 'disable':
      return operation.nodes.reduce(
        (result, key) => change(result, key, ['disabled'], operation.disabled ? true : undefined),
        document,
      );
    case 'renameCase':
      return renameCase(document, operation.node, operation.index, operation.to);
    case 'removeCase':
      return removeCase(document, operation.node, operation.index);
    case 'moveCase':
      return moveCase(document, operation.node, operation.index, operation.by);
    case 'set':
      return set(document, operation.path, operation.value);
    case 'replace':
      return operation.document;
  }
}

function connect(document: Document, edge: GraphEdge): Document {
  return refuseEdge(document, edge) === null
    ? { ...document, edges: [...document.edges, edge] }
    : document;
}

function reconnect(document: Document, from: GraphEdge, to: GraphEdge): Document {
  const without = { ...document, edges: document.edges.filter((edge) => !sameEdge(edge, from)) };
  if (without.edges.length === document.edges.length || sameEdge(from, to)) return document;

  return refuseEdge(without, to) === null
    ? { ...document, edges: document.edges.map((edge) => (sameEdge(edge, from) ? to : edge)) }
    : document;
}

function move(document: Document, positions: Layout): Document {
  const moved = Object.entries(positions).filter(([key, to]) => {
    const from = own(document.layout, key);
    return from !== undefined && (from.x !== to.x || from.y !== to.y);
  });

  return moved.length === 0
    ? document
    : { ...document, layout: { ...document.layout, ...Object.fromEntries(moved) } };
}

function tidy(document: Document, only: readonly string[] | undefined): Document {
  const boxes = boxesOf(document).filter((box) => only?.includes(box.key) ?? true);
  return move(document, arrange(boxes, document.edges, document.layout));
}

/** Keys, types and cases have operations of their own, since other things hang on them. */
const OF_ITS_OWN: readonly unknown[] = ['key', 'type'];

function change(document: Document, key: string, path: Path, value: unknown): Document {
  const node = nodeOf(document, key);
  if (node === undefined || path.length === 0 || OF_ITS_OWN.includes(path[0])) return document;
  if (path[0] === 'cases' && (path.length < 3 || path[2] === 'key')) {
    return addCaseOnly(document, node, path, value);
  }
  if (sameJson(valueAt(node, path), value)) return document;

  return withNode(document, node, {
    ...withValue(node, path, value),
    key: node.key,
    type: node.type,
  });
}

function addCaseOnly(document: Document, node: GraphNode, path: Path, value: unknown): Document {
  const cases: readonly unknown[] = Array.isArray(node.cases) ? node.cases : [];
  const appends = path.length === 2 && path[1] === cases.length && value !== undefined;

  return appends ? withNode(document, node, { ...node, cases: [...cases, value] }) : document;
}

function set(document: Document, path: Path, value: unknown): Document {
  const reserved: readonly unknown[] = ['nodes', 'edges', 'layout', 'schemaVersion'];
  if (path.length === 0 || reserved.includes(path[0]) || sameJson(valueAt(document, path), value)) {
    return document;
  }

  const { nodes, edges, layout } = document;
  return { ...withValue(document, path, value), nodes, edges, layout };
}

function withNode(
  document: Document,
  before: GraphNode,
  after: GraphNode & { type: NodeType },
): Document {
  return { ...document, nodes: document.nodes.map((node) => (node === before ? after : node)) };
}
