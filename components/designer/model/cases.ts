/** The cases of a route. Edges hang on their keys, so a case never changes or goes without its edges. */
import { DEFAULT_BRANCH, nodeKey } from '#engine/definition.ts';
import type { GraphNode } from '../../canvas/graph.ts';
import { casesOf, isRecord } from '../../canvas/read.ts';
import { nodeOf, type Document } from './document.ts';

export function renameCase(document: Document, key: string, index: number, to: string): Document {
  const node = nodeOf(document, key);
  const from = node === undefined ? undefined : casesOf(node)[index]?.key;
  if (node === undefined || from === undefined || refuseCaseKey(node, index, to) !== null) {
    return document;
  }

  const cases = rawCases(node).map((entry, place) =>
    place === index && isRecord(entry) ? { ...entry, key: to } : entry,
  );

  return {
    ...withCases(document, node, cases),
    edges: document.edges.map((edge) =>
      edge.from === key && edge.branch === from ? { ...edge, branch: to } : edge,
    ),
  };
}

export function refuseCaseKey(
  node: GraphNode,
  index: number,
  to: string,
): 'invalid' | 'taken' | null {
  if (to === DEFAULT_BRANCH || !nodeKey.safeParse(to).success) return 'invalid';

  return casesOf(node).some((entry, place) => place !== index && entry.key === to) ? 'taken' : null;
}

export function removeCase(document: Document, key: string, index: number): Document {
  const node = nodeOf(document, key);
  const branch = node === undefined ? undefined : casesOf(node)[index]?.key;
  if (node === undefined || branch === undefined) return document;

  const cases = rawCases(node).filter((_, place) => place !== index);
  const twin = casesOf(node).some((entry, place) => place !== index && entry.key === branch);

  return {
    ...withCases(document, node, cases),
    edges: twin
      ? document.edges
      : document.edges.filter((edge) => edge.from !== key || edge.branch !== branch),
  };
}

export function moveCase(document: Document, key: string, index: number, by: 1 | -1): Document {
  const node = nodeOf(document, key);
  const cases = node === undefined ? [] : rawCases(node);
  const other = index + by;
  if (node === undefined || cases[index] === undefined || cases[other] === undefined) {
    return document;
  }

  return withCases(
    document,
    node,
    cases.map((entry, place) =>
      place === index ? cases[other] : place === other ? cases[index] : entry,
    ),
  );
}

function rawCases(node: GraphNode): readonly unknown[] {
  return Array.isArray(node.cases) ? node.cases : [];
}

function withCases(document: Document, before: GraphNode, cases: readonly unknown[]): Document {
  const after = { ...before, cases };
  return { ...document, nodes: document.nodes.map((node) => (node === before ? after : node)) };
}
