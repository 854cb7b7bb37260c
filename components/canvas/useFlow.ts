'use client';

import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { own } from '#engine/json.ts';
import type { FlowNode } from './cards/card.ts';
import {
  passageOf,
  rememberCards,
  rememberEdges,
  rememberList,
  shapesOf,
  withDragged,
  type FlowEdge,
} from './flow.ts';
import { edgeId, NOTHING_SELECTED, type Layout, type Point, type Selection } from './graph.ts';
import { place } from './layout.ts';
import type { PipelineCanvasProps } from './PipelineCanvas.tsx';
import { useFlowWords } from './useFlowWords.ts';

/** React Flow's nodes and edges, derived from the graph; nothing of it is state but the positions of cards in the person's hand. */
export function useFlow(props: PipelineCanvasProps, dropEdge: string | null) {
  const { nodes, edges, layout, runs, nodeMarks, edgeMarks, editing, onSelectionChange } = props;
  const selection = props.selection ?? NOTHING_SELECTED;
  const editable = editing !== undefined;
  const words = useFlowWords();
  const cardOf = useMemo(() => rememberCards(words.card), [words]);
  const edgeOf = useMemo(() => rememberEdges(words.edge), [words]);
  const [keepNodes] = useState(() => rememberList<FlowNode>());
  const [keepEdges] = useState(() => rememberList<FlowEdge>());
  const [dragged, setDragged] = useState<Layout | null>(null);

  const shapes = useMemo(() => shapesOf(nodes, edges), [nodes, edges]);
  const placed = useMemo(
    () =>
      place(
        [...shapes].map(([key, { size }]) => ({ key, ...size })),
        edges,
        layout ?? {},
      ),
    [shapes, edges, layout],
  );

  const flowNodes = useMemo(() => {
    const selected = new Set(selection.nodes);
    const positions = withDragged(placed, dragged);

    return keepNodes(
      nodes.flatMap((node): FlowNode[] => {
        const shape = shapes.get(node.key);
        const position = own(positions, node.key);
        if (shape === undefined || position === undefined) return [];

        return [
          cardOf({
            node,
            shape,
            position,
            run: own(runs, node.key),
            marks: own(nodeMarks, node.key),
            selected: selected.has(node.key),
            editable,
          }),
        ];
      }),
    );
  }, [
    nodes,
    shapes,
    placed,
    dragged,
    selection.nodes,
    runs,
    nodeMarks,
    editable,
    cardOf,
    keepNodes,
  ]);

  const flowEdges = useMemo(() => {
    const selected = new Set(selection.edges);
    const byKey = new Map(nodes.map((node) => [node.key, node]));
    const waysTo = Map.groupBy(edges, (edge) => edge.to);

    return keepEdges(
      edges.flatMap((edge): FlowEdge[] => {
        const from = byKey.get(edge.from);
        const to = byKey.get(edge.to);
        if (from === undefined || to === undefined) return [];

        const id = edgeId(edge);
        return [
          edgeOf({
            edge,
            from,
            to,
            marks: own(edgeMarks, id),
            passage: passageOf(edge, runs, waysTo.get(edge.to)?.length === 1),
            selected: selected.has(id),
            editable,
            target: id === dropEdge,
          }),
        ];
      }),
    );
  }, [nodes, edges, selection.edges, runs, edgeMarks, editable, dropEdge, edgeOf, keepEdges]);

  function onNodesChange(changes: readonly NodeChange<FlowNode>[]) {
    const picks = new Map<string, boolean>();
    const held = new Map<string, Point>();
    const put = new Map<string, Point>();

    for (const change of changes) {
      if (change.type === 'select') picks.set(change.id, change.selected);
      if (change.type === 'position' && change.position !== undefined) {
        (change.dragging === true ? held : put).set(change.id, change.position);
      }
    }

    if (picks.size > 0) onSelectionChange?.((before) => withNodes(before, picks));
    if (held.size > 0) setDragged((before) => ({ ...before, ...Object.fromEntries(held) }));
    if (put.size > 0) {
      editing?.onMove(Object.fromEntries(put), false);
      setDragged(null);
    }
  }

  function onEdgesChange(changes: readonly EdgeChange<FlowEdge>[]) {
    const picks = new Map<string, boolean>();

    for (const change of changes) {
      if (change.type === 'select') picks.set(change.id, change.selected);
    }

    if (picks.size > 0) onSelectionChange?.((before) => withEdges(before, picks));
  }

  return { nodes: flowNodes, edges: flowEdges, layout: placed, onNodesChange, onEdgesChange };
}

function withNodes(before: Selection, picks: ReadonlyMap<string, boolean>): Selection {
  return { ...before, nodes: picked(before.nodes, picks) };
}

function withEdges(before: Selection, picks: ReadonlyMap<string, boolean>): Selection {
  return { ...before, edges: picked(before.edges, picks) };
}

function picked(before: readonly string[], picks: ReadonlyMap<string, boolean>): readonly string[] {
  const kept = before.filter((id) => picks.get(id) !== false);
  const added = [...picks].flatMap(([id, on]) => (on && !kept.includes(id) ? [id] : []));

  return [...kept, ...added];
}
