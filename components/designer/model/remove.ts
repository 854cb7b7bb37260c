import { sameEdge, type GraphEdge } from '../../canvas/graph.ts';
import { refuseEdge } from './connect.ts';
import type { Document } from './document.ts';

/**
 * Takes nodes and edges out. Where a removed node stood between exactly two others, those are joined, so that taking a step out of a chain
 * leaves a chain.
 */
export function removeParts(
  document: Document,
  keys: readonly string[],
  edges: readonly GraphEdge[],
): Document {
  const known = keys.filter((key) => document.nodes.some((node) => node.key === key));
  const without = document.edges.filter((edge) => !edges.some((gone) => sameEdge(gone, edge)));

  if (known.length === 0 && without.length === document.edges.length) return document;

  return known.reduce(removeNode, { ...document, edges: without });
}

function removeNode(document: Document, key: string): Document {
  const incoming = document.edges.filter((edge) => edge.to === key);
  const outgoing = document.edges.filter((edge) => edge.from === key);

  const rest = {
    ...document,
    nodes: document.nodes.filter((node) => node.key !== key),
    edges: document.edges.filter((edge) => edge.from !== key && edge.to !== key),
    layout: Object.fromEntries(Object.entries(document.layout).filter(([other]) => other !== key)),
  };

  const [before, ...moreBefore] = incoming;
  const [after, ...moreAfter] = outgoing;
  if (before === undefined || after === undefined || moreBefore.length + moreAfter.length > 0) {
    return rest;
  }

  const joined = { ...before, to: after.to };
  return refuseEdge(rest, joined) === null ? { ...rest, edges: [...rest.edges, joined] } : rest;
}
