import type { GraphEdge } from '../../canvas/graph.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { nodeOf, type Document } from './document.ts';

/** The way out of a node that a new node would naturally come after: the first that leads nowhere yet, else the first. */
export function outletAfter(document: Document, key: string): Omit<GraphEdge, 'to'> | undefined {
  const node = nodeOf(document, key);
  const exits = node === undefined ? [] : kindOf(node.type).exits(node, []);
  const unused = exits.find(
    (exit) => !document.edges.some((edge) => edge.from === key && edge.branch === exit.branch),
  );
  const exit = unused ?? exits[0];

  if (exit === undefined) return undefined;
  return { from: key, ...(exit.branch !== undefined && { branch: exit.branch }) };
}
