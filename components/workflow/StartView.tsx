'use client';

import { useNodesInitialized, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { startView } from './start_view.ts';

/**
 * A large pipeline that is fitted into the canvas becomes too small to read. Then it is shown larger: around the node `at`, or from
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
    const nodes = flow.getNodes();
    const leftmost = nodes.toSorted((one, other) => one.position.x - other.position.x)[0];
    const node = nodes.find(({ id }) => id === at) ?? leftmost;
    const view =
      node && startView(flow.getNodesBounds(nodes), flow.getNodesBounds([node]), { width, height });
    if (!view) {
      return;
    }

    // After the canvas' own fitting, which is queued for the next frame.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => void flow.setViewport(view));
    });
  }, [ready, width, height, at, flow]);

  return null;
}
