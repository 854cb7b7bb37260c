'use client';

import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useMemo } from 'react';
import type { Point } from './graph.ts';
import { keepInView } from './keep_in_view.ts';
import { glideMs } from './motion.ts';
import { focusNode } from './useCanvasKeys.ts';

/** Below this zoom a card is a speck. */
const READABLE = 0.4;

/** Steering the canvas from outside it: below the same `ReactFlowProvider`. */
export function useCanvas() {
  const flow = useReactFlow();
  const store = useStoreApi();

  return useMemo(
    () => ({
      fit: () => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: glideMs() }),
      actualSize: () => void flow.zoomTo(1, { duration: glideMs() }),
      /** Brings a node into view, close enough to be read, and gives it the focus. */
      reveal: (key: string) => {
        const node = flow.getNode(key);
        const { width, height } = store.getState();

        if (node !== undefined && flow.getZoom() < READABLE) {
          const { x, y, width: wide, height: high } = flow.getNodesBounds([node]);
          void flow.setCenter(x + wide / 2, y + high / 2, { zoom: 0.75, duration: glideMs() });
        } else {
          keepInView(flow, { width, height }, key);
        }

        focusNode(key);
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
    [flow, store],
  );
}

export type Canvas = ReturnType<typeof useCanvas>;
