import type { ReactFlowInstance } from '@xyflow/react';
import type { Size } from './graph.ts';

/** Between a card and the edge of the canvas. */
const MARGIN = 24;

/** Moves the view by as little as it takes to have the whole card on screen; not at all if it is there. */
export function keepInView(flow: ReactFlowInstance, room: Size, key: string): void {
  const node = flow.getNode(key);
  if (node === undefined || room.width === 0) {
    return;
  }

  const { x, y, zoom } = flow.getViewport();
  const bounds = flow.getNodesBounds([node]);
  const dx = shift(bounds.x * zoom + x, bounds.width * zoom, room.width);
  const dy = shift(bounds.y * zoom + y, bounds.height * zoom, room.height);

  if (dx !== 0 || dy !== 0) {
    void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 200 });
  }
}

/** How far something of this size must move to lie within the room. */
function shift(start: number, size: number, room: number): number {
  if (start < MARGIN) {
    return MARGIN - start;
  }
  const over = start + size - (room - MARGIN);
  return over > 0 ? -Math.min(over, start - MARGIN) : 0;
}
