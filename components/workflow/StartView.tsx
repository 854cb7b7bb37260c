'use client';

import { useNodesInitialized, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { LEGIBLE } from '../canvas/keep_in_view.ts';

const MARGIN = 32;

/**
 * A long pipeline that is fitted into the canvas becomes too small to read. Then it is shown larger: around the node `at`, or from
 * its beginning. Stands inside of a canvas; acts once.
 */
export function StartView({ at }: { at?: string | undefined }) {
  const flow = useReactFlow();
  const ready = useNodesInitialized();
  const height = useStore((store) => store.height);
  const width = useStore((store) => store.width);
  const acted = useRef(false);

  useEffect(() => {
    if (!ready || width === 0 || acted.current) {
      return;
    }
    acted.current = true;
    const all = flow.getNodesBounds(flow.getNodes());
    if (width / all.width >= LEGIBLE) {
      return;
    }

    const node = at === undefined ? undefined : flow.getNode(at);
    const focus = node === undefined ? null : flow.getNodesBounds([node]);
    const first = all.x - MARGIN / LEGIBLE;
    const left = focus === null ? first : focus.x + focus.width / 2 - width / LEGIBLE / 2;
    const last = all.x + all.width + MARGIN / LEGIBLE - width / LEGIBLE;
    const y = all.y + all.height / 2 - height / LEGIBLE / 2;
    const x = Math.min(Math.max(left, first), last);
    // After the canvas' own fitting, which is queued for the next frame.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        void flow.setViewport({ x: -x * LEGIBLE, y: -y * LEGIBLE, zoom: LEGIBLE });
      });
    });
  }, [ready, width, height, at, flow]);

  return null;
}
