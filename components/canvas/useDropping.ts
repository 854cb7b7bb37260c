'use client';

import { useReactFlow } from '@xyflow/react';
import type { DragEvent } from 'react';
import { DRAGGED_KIND, type CanvasEditing } from './editing.ts';
import type { FlowEdge } from './flow.ts';
import { isNodeType } from './kinds/registry.ts';

/** Taking a kind from the palette: onto the background, or onto an edge, which is then split. */
export function useDropping(
  editing: CanvasEditing | undefined,
  edges: readonly FlowEdge[],
  dropEdge: string | null,
  setDropEdge: (id: string | null) => void,
) {
  const flow = useReactFlow();

  if (editing === undefined) return {};

  return {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED_KIND)) return;

      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';

      const over = edgeUnder(event);
      if (over !== dropEdge) setDropEdge(over);
    },
    onDragLeave: () => setDropEdge(null),
    onDrop: (event: DragEvent) => {
      const type = event.dataTransfer.getData(DRAGGED_KIND);
      setDropEdge(null);
      if (!isNodeType(type)) return;

      event.preventDefault();
      const over = edgeUnder(event);
      editing.onDrop(
        type,
        flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }),
        edges.find((edge) => edge.id === over)?.data?.edge,
      );
    },
  };
}

function edgeUnder(event: DragEvent): string | null {
  for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
    const edge = element.closest('.react-flow__edge');
    if (edge !== null) return edge.getAttribute('data-id');
  }

  return null;
}
