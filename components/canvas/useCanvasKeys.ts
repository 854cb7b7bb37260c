'use client';

import { useReactFlow, useStoreApi } from '@xyflow/react';
import type { KeyboardEvent } from 'react';
import { own } from '#engine/json.ts';
import { edgeId, GRID, NOTHING_SELECTED, type Layout } from './graph.ts';
import { keepInView } from './keep_in_view.ts';
import type { PipelineCanvasProps } from './PipelineCanvas.tsx';
import { reach, walk, type Direction } from './walk.ts';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const STEP = {
  left: { x: -GRID, y: 0 },
  right: { x: GRID, y: 0 },
  up: { x: 0, y: -GRID },
  down: { x: 0, y: GRID },
} as const satisfies Record<Direction, { x: number; y: number }>;

/**
 * Keys of the canvas itself, which work while the focus is inside it, editable or not: arrows walk along the edges, Shift and an arrow
 * selects everything before or after, Alt and an arrow moves the selected cards, Enter selects and opens.
 */
export function useCanvasKeys(props: PipelineCanvasProps, layout: Layout) {
  const { edges, editing, onSelectionChange, onOpen } = props;
  const selection = props.selection ?? NOTHING_SELECTED;
  const flow = useReactFlow();
  const store = useStoreApi();

  function onKeyDown(event: KeyboardEvent) {
    if (!(event.target instanceof Element) || event.nativeEvent.isComposing) return;

    const node = event.target.closest('.react-flow__node')?.getAttribute('data-id');
    const edge = event.target.closest('.react-flow__edge')?.getAttribute('data-id');
    const direction = ARROWS[event.key];
    const from = node ?? selection.nodes.at(-1);

    if (direction !== undefined && from !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.altKey) move(direction);
      else if (event.shiftKey) extend(from, direction);
      else step(from, direction);
    } else if (
      (event.key === 'Enter' || event.key === ' ') &&
      event.target === event.currentTarget
    ) {
      return;
    } else if (event.key === 'Enter' && node != null) {
      event.preventDefault();
      onSelectionChange?.(() => ({ nodes: [node], edges: [] }));
      onOpen?.(node);
    } else if (event.key === 'Enter' && edge != null) {
      event.preventDefault();
      onSelectionChange?.(() => ({ nodes: [], edges: [edge] }));
    }
  }

  function step(from: string, direction: Direction) {
    const { width, height } = store.getState();
    const next = walk(from, direction, edges, layout);
    if (next === undefined) return;

    onSelectionChange?.(() => ({ nodes: [next], edges: [] }));
    keepInView(flow, { width, height }, next);
    focusNode(next);
  }

  function extend(from: string, direction: Direction) {
    const keys = reach(
      [from],
      edges,
      direction === 'left' || direction === 'up' ? 'upstream' : 'downstream',
    );
    const within = edges.filter((edge) => keys.has(edge.from) && keys.has(edge.to));

    onSelectionChange?.(() => ({ nodes: [...keys], edges: within.map(edgeId) }));
  }

  function move(direction: Direction) {
    const by = STEP[direction];
    const moved = selection.nodes.flatMap((key) => {
      const point = own(layout, key);
      return point === undefined ? [] : [[key, { x: point.x + by.x, y: point.y + by.y }] as const];
    });

    if (moved.length > 0) editing?.onMove(Object.fromEntries(moved), true);
  }

  return { onKeyDown };
}

/** Cards that were off screen enter the document only after the view has moved, hence the second look. */
export function focusNode(key: string): void {
  const find = () =>
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(key)}"]`);
  const card = find();

  if (card !== null) {
    card.focus({ preventScroll: true });
  } else {
    requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
  }
}
