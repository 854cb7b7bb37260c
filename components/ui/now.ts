'use client';

import { useSyncExternalStore } from 'react';

/** One clock for every "3 seconds ago" of the page; it rests while the tab is hidden or nobody looks at it. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  if (document.visibilityState === 'visible') {
    for (const listener of listeners) {
      listener();
    }
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);

  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * What `view` makes of the present moment. It must answer a string or a number: the component renders again only when that
 * changes, so a list of times that read "2 hr. ago" costs nothing while it stands still.
 */
export function useNow<View extends string | number>(view: (now: Date) => View): View {
  const read = () => view(new Date());
  return useSyncExternalStore(subscribe, read, read);
}
