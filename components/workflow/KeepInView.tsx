'use client';

import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect } from 'react';
import { keepInView } from '../canvas/keep_in_view.ts';

/** The node `at` stays on screen: when it is chosen elsewhere, and when a panel beside the canvas takes some of its room. */
export function KeepInView({ at }: { at: string | null }) {
  const flow = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);

  useEffect(() => {
    if (at !== null) {
      keepInView(flow, { width, height }, at);
    }
  }, [at, width, height, flow]);

  return null;
}
