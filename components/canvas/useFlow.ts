'use client';

import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import type { FlowNode } from './cards/card.ts';
import {
  passageOf,
  rememberCards,
  rememberEdges,
  shapesOf,
  withDragged,
  type FlowEdge,
} from './flow.ts';
import { edgeId, NOTHING_SELECTED, type Layout, type Selection } from './graph.ts';
import { place } from './layout.ts';
import { casesOf, titleOf } from './read.ts';
import type { PipelineCanvasProps } from './PipelineCanvas.tsx';

/** React Flow's nodes and edges, derived from the graph; nothing of it is state but the positions of cards in the person's hand. */
export function useFlow(props: PipelineCanvasProps, dropEdge: string | null) {
  const { nodes, edges, layout, runs, nodeMarks, edgeMarks, editing, onSelectionChange } = props;
  const selection = props.selection ?? NOTHING_SELECTED;
  const editable = editing !== undefined;
  const t = useTranslations();
  const [cardOf] = useState(rememberCards);
  const [edgeOf] = useState(rememberEdges);
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

    return nodes.flatMap((node): FlowNode[] => {
      const shape = shapes.get(node.key);
      const position = positions[node.key];
      if (shape === undefined || position === undefined) return [];

      const run = runs?.[node.key];
      const marks = nodeMarks?.[node.key];
      const title = titleOf(node);

      return [
        cardOf({
          node,
          shape,
          position,
          run,
          marks,
          editable,
          selected: selected.has(node.key),
          label: [
            t('designer.canvas.node', { kind: t(`designer.kinds.${node.type}.title`), title }),
            ...(title === node.key ? [] : [node.key]),
            ...(run === undefined ? [] : [t(`status.task.${run.status}`)]),
            ...(marks?.messages ?? []),
          ].join(', '),
        }),
      ];
    });
  }, [nodes, shapes, placed, dragged, selection.nodes, runs, nodeMarks, editable, cardOf, t]);

  const flowEdges = useMemo(() => {
    const selected = new Set(selection.edges);
    const byKey = new Map(nodes.map((node) => [node.key, node]));

    return edges.flatMap((edge): FlowEdge[] => {
      const from = byKey.get(edge.from);
      const to = byKey.get(edge.to);
      if (from === undefined || to === undefined) return [];

      const branch =
        edge.branch === DEFAULT_BRANCH
          ? t('designer.canvas.defaultBranch')
          : edge.branch === undefined
            ? undefined
            : (casesOf(from).find((entry) => entry.key === edge.branch)?.name ?? edge.branch);
      const ends = { from: titleOf(from), to: titleOf(to) };

      return [
        edgeOf({
          edge,
          label: branch,
          name:
            branch === undefined
              ? t('designer.canvas.edge', ends)
              : t('designer.canvas.edgeOfBranch', { ...ends, branch }),
          marks: edgeMarks?.[edgeId(edge)],
          passage: passageOf(runs?.[edge.from]?.status, runs?.[edge.to]?.status),
          selected: selected.has(edgeId(edge)),
          editable,
          target: edgeId(edge) === dropEdge,
        }),
      ];
    });
  }, [nodes, edges, selection.edges, runs, edgeMarks, editable, dropEdge, edgeOf, t]);

  function onNodesChange(changes: readonly NodeChange<FlowNode>[]) {
    const picks = new Map<string, boolean>();
    const held: Record<string, { x: number; y: number }> = {};
    const put: Record<string, { x: number; y: number }> = {};

    for (const change of changes) {
      if (change.type === 'select') picks.set(change.id, change.selected);
      if (change.type === 'position' && change.position !== undefined) {
        (change.dragging === true ? held : put)[change.id] = change.position;
      }
    }

    if (picks.size > 0) onSelectionChange?.((before) => withNodes(before, picks));
    if (Object.keys(held).length > 0) setDragged((before) => ({ ...before, ...held }));
    if (Object.keys(put).length > 0) {
      editing?.onMove(put, false);
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
