import { nodeKey } from '#engine/definition.ts';
import type { GraphNode } from '../../canvas/graph.ts';
import { isRecord } from '../../canvas/read.ts';
import type { Document } from './document.ts';
import { renameInExpression, renameInTemplate, type Renames } from './rename.ts';

/** Gives a node another key. Its edges, its place and every expression that names it follow. */
export function renameNode(document: Document, from: string, to: string): Document {
  const taken = document.nodes.some((node) => node.key === to);
  const known = document.nodes.some((node) => node.key === from);
  if (from === to || taken || !known || !nodeKey.safeParse(to).success) return document;

  const renames = new Map([[from, to]]);
  const { [from]: place, ...layout } = document.layout;

  return {
    ...document,
    nodes: document.nodes.map((node) =>
      withReferences(node.key === from ? { ...node, key: to } : node, renames),
    ),
    edges: document.edges.map((edge) =>
      edge.from === from || edge.to === from
        ? {
            ...edge,
            from: edge.from === from ? to : edge.from,
            to: edge.to === from ? to : edge.to,
          }
        : edge,
    ),
    layout: place === undefined ? layout : { ...layout, [to]: place },
    ...(document.output !== undefined && { output: renameInTemplate(document.output, renames) }),
  };
}

/** The node with other keys in all its expressions; the same node if it names none of them. */
export function withReferences(node: GraphNode, renames: Renames): GraphNode {
  const input = renameInTemplate(node.input, renames);
  const items =
    typeof node.items === 'string' ? renameInExpression(node.items, renames) : node.items;
  const before: readonly unknown[] | undefined = Array.isArray(node.cases) ? node.cases : undefined;
  const cases = before?.map((entry) => renamedCase(entry, renames));

  return {
    ...node,
    ...(input !== node.input && { input }),
    ...(items !== node.items && { items }),
    ...(cases?.some((entry, index) => entry !== before?.[index]) === true && { cases }),
  };
}

function renamedCase(entry: unknown, renames: Renames): unknown {
  if (!isRecord(entry) || typeof entry.when !== 'string') return entry;

  const when = renameInExpression(entry.when, renames);
  return when === entry.when ? entry : { ...entry, when };
}
