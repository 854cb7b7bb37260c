'use client';

import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect } from 'react';

const MARGIN = 24;

/** The node `at` stays on screen: when it is chosen elsewhere, and when a panel beside the canvas takes some of its room. */
export function KeepInView({ at }: { at: string | null }) {
  const flow = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);

  useEffect(() => {
    const node = at === null ? undefined : flow.getNode(at);
    if (node === undefined || width === 0) {
      return;
    }

    const { x, y, zoom } = flow.getViewport();
    const bounds = flow.getNodesBounds([node]);
    const left = bounds.x * zoom + x;
    const top = bounds.y * zoom + y;
    const dx = shift(left, bounds.width * zoom, width);
    const dy = shift(top, bounds.height * zoom, height);
    if (dx !== 0 || dy !== 0) {
      void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 200 });
    }
  }, [at, width, height, flow]);

  return null;
}

/** How far something of this size must move to lie within the room. */
function shift(start: number, size: number, room: number): number {
  if (start < MARGIN) {
    return MARGIN - start;
  }
  const over = start + size - (room - MARGIN);
  return over > 0 ? -Math.min(over, start - MARGIN) : 0;
}
