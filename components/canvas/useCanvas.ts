'use client';

import { useReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import type { Point } from './graph.ts';
import { focusNode } from './useCanvasKeys.ts';

/** Steering the canvas from outside it: below the same `ReactFlowProvider`. */
export function useCanvas() {
  const flow = useReactFlow();

  return useMemo(
    () => ({
      fit: () => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: 200 }),
      actualSize: () => void flow.zoomTo(1, { duration: 200 }),
      /** Brings a node into view and gives it the focus. */
      reveal: (key: string, { focus = true } = {}) => {
        const zoom = Math.max(flow.getZoom(), 0.6);
        void flow.fitView({
          nodes: [{ id: key }],
          duration: 200,
          minZoom: zoom,
          maxZoom: Math.min(zoom, 1),
        });
        if (focus) focusNode(key);
      },
      /** The middle of what is on screen. */
      centre: (): Point => {
        const pane = document.querySelector('.pipeline-canvas')?.getBoundingClientRect();
        return flow.screenToFlowPosition({
          x: (pane?.left ?? 0) + (pane?.width ?? 0) / 2,
          y: (pane?.top ?? 0) + (pane?.height ?? 0) / 2,
        });
      },
      toScreen: (point: Point): Point => flow.flowToScreenPosition({ x: point.x, y: point.y }),
    }),
    [flow],
  );
}

export type Canvas = ReturnType<typeof useCanvas>;
