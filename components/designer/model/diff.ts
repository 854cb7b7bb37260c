/** What is different between two definitions, as people speak of it: nodes, edges, settings. Places on the canvas are no difference. */
import { edgeId, type GraphEdge, type GraphNode } from '../../canvas/graph.ts';
import { isRecord } from '../../canvas/read.ts';
import { sameJson } from './same.ts';

export type ChangedNode = { readonly node: GraphNode; readonly fields: readonly string[] };

export type Differences = {
  readonly addedNodes: readonly GraphNode[];
  readonly removedNodes: readonly GraphNode[];
  readonly changedNodes: readonly ChangedNode[];
  readonly addedEdges: readonly GraphEdge[];
  readonly removedEdges: readonly GraphEdge[];
  readonly settings: readonly string[];
};

type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly [setting: string]: unknown;
};

export function differencesOf(before: Graph, after: Graph): Differences {
  const nodesBefore = new Map(before.nodes.map((node) => [node.key, node]));
  const nodesAfter = new Map(after.nodes.map((node) => [node.key, node]));
  const edgesBefore = new Set(before.edges.map(edgeId));
  const edgesAfter = new Set(after.edges.map(edgeId));

  return {
    addedNodes: after.nodes.filter((node) => !nodesBefore.has(node.key)),
    removedNodes: before.nodes.filter((node) => !nodesAfter.has(node.key)),
    changedNodes: after.nodes.flatMap((node) => {
      const fields = changedFields(nodesBefore.get(node.key) ?? node, node);
      return fields.length === 0 ? [] : [{ node, fields }];
    }),
    addedEdges: after.edges.filter((edge) => !edgesBefore.has(edgeId(edge))),
    removedEdges: before.edges.filter((edge) => !edgesAfter.has(edgeId(edge))),
    settings: changedFields(settingsOf(before), settingsOf(after)),
  };
}

export function isEmpty(differences: Differences): boolean {
  return Object.values(differences).every((list) => list.length === 0);
}

function settingsOf({ nodes: _nodes, edges: _edges, ...settings }: Graph): unknown {
  const { layout: _layout, ...rest } = settings;
  return rest;
}

function changedFields(before: unknown, after: unknown): readonly string[] {
  const one = isRecord(before) ? before : {};
  const other = isRecord(after) ? after : {};
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);

  return [...names].filter((name) => !sameJson(one[name], other[name]));
}
