import { own } from '#engine/json.ts';
import type { GraphEdge, GraphNode, Layout } from '../../canvas/graph.ts';

/** Every node after those it waits for; among equals, as they stand on the canvas. Nodes of a cycle come last. */
export function inOrder(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  layout: Layout,
): readonly GraphNode[] {
  const waitsFor = new Map(nodes.map((node) => [node.key, new Set<string>()]));
  for (const edge of edges) waitsFor.get(edge.to)?.add(edge.from);

  const place = (node: GraphNode) => own(layout, node.key) ?? { x: 0, y: 0 };
  let rest = nodes.toSorted((a, b) => place(a).x - place(b).x || place(a).y - place(b).y);
  const done = new Set<string>();
  const ordered: GraphNode[] = [];

  while (rest.length > 0) {
    const ready = rest.filter((node) =>
      [...(waitsFor.get(node.key) ?? [])].every((key) => done.has(key)),
    );
    const next = ready.length > 0 ? ready : rest;

    for (const node of next) done.add(node.key);
    ordered.push(...next);
    rest = rest.filter((node) => !done.has(node.key));
  }

  return ordered;
}
