'use client';

import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { keepAllInView, keepInView } from '../canvas/keep_in_view.ts';

/**
 * When a panel beside the canvas takes some of its room, a pipeline that was whole on screen stays so; of a larger one, and when it is
 * chosen elsewhere, at least the node `at`.
 */
export function KeepInView({ at }: { at: string | null }) {
  const flow = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const before = useRef({ width: 0, height: 0 });

  useEffect(() => {
    const room = { width, height };
    const whole = keepAllInView(flow, before.current, room);
    before.current = room;

    if (!whole && at !== null) {
      keepInView(flow, room, at);
    }
  }, [at, width, height, flow]);

  return null;
}
