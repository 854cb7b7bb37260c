import type { Rect, Viewport } from '@xyflow/react';
import type { Size } from '../canvas/graph.ts';
import { LEGIBLE } from '../canvas/keep_in_view.ts';

/** Around the whole pipeline, on screen. */
const MARGIN = 32;

/** The view that a pipeline begins with which would be too small to read as a whole: around `at`. Null: it can be read as a whole. */
export function startView(all: Rect, at: Rect, room: Size): Viewport | null {
  if (room.width / all.width >= LEGIBLE && room.height / all.height >= LEGIBLE) {
    return null;
  }

  const x = startOf(all.x, all.width, at.x + at.width / 2, room.width / LEGIBLE);
  const y = startOf(all.y, all.height, at.y + at.height / 2, room.height / LEGIBLE);
  return { x: -x * LEGIBLE, y: -y * LEGIBLE, zoom: LEGIBLE };
}

/** Where the view begins along one axis: what fits is in its middle; of more, `at` is, as far as there is something on both sides of it. */
function startOf(start: number, size: number, at: number, seen: number): number {
  const margin = MARGIN / LEGIBLE;
  const first = start - margin;
  const last = start + size + margin - seen;

  return last <= first ? (first + last) / 2 : Math.min(Math.max(at - seen / 2, first), last);
}
