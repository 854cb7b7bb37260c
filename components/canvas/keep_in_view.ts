import type { ReactFlowInstance } from '@xyflow/react';
import type { Size } from './graph.ts';
import { glideMs } from './motion.ts';

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
    void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: glideMs() });
  }
}

/** Below this zoom the words on the cards cannot be read. */
export const LEGIBLE = 0.6;

/**
 * What was whole in view stays so when the canvas becomes smaller: moved, or made smaller while it can still be read.
 *
 * @returns whether all is in view now; not if it was not before, or would be too small to read
 */
export function keepAllInView(flow: ReactFlowInstance, before: Size, room: Size): boolean {
  const all = flow.getNodesBounds(flow.getNodes());
  const { x, y, zoom } = flow.getViewport();
  const within = (size: Size) =>
    isWithin(all.x * zoom + x, all.width * zoom, size.width) &&
    isWithin(all.y * zoom + y, all.height * zoom, size.height);
  if (!within(before)) return false;
  if (within(room)) return true;

  const fitting = Math.min(
    zoom,
    (room.width - 2 * MARGIN) / all.width,
    (room.height - 2 * MARGIN) / all.height,
  );
  if (fitting < LEGIBLE) return false;

  void flow.setViewport(
    {
      x: room.width / 2 - (all.x + all.width / 2) * fitting,
      y: room.height / 2 - (all.y + all.height / 2) * fitting,
      zoom: fitting,
    },
    { duration: glideMs() },
  );
  return true;
}

function isWithin(start: number, size: number, room: number): boolean {
  return start >= 0 && start + size <= room;
}

/** How far something of this size must move to lie within the room. */
function shift(start: number, size: number, room: number): number {
  if (start < MARGIN) {
    return MARGIN - start;
  }
  const over = start + size - (room - MARGIN);
  return over > 0 ? -Math.min(over, start - MARGIN) : 0;
}
