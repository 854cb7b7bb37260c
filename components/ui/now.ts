'use client';

import { useSyncExternalStore } from 'react';

/** One clock for every "3 seconds ago" of the page; it rests while the tab is hidden or nobody looks at it. */
const STEP_MS = 1_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let shown = new Date(0);

/** The present moment, which moves on by whole steps: what is drawn twice in a row must be the same both times. */
function present(): Date {
  if (Date.now() - shown.getTime() >= STEP_MS) {
    shown = new Date();
  }
  return shown;
}

function tick() {
  if (document.visibilityState === 'visible') {
    for (const listener of listeners) {
      listener();
    }
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, STEP_MS);

  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * What `view` makes of the present moment. It must answer a text, a number or a yes or no: the component renders again only when that
 * changes, so a list of times that read "2 hr. ago" costs nothing while it stands still.
 */
export function useNow<View extends string | number | boolean>(view: (now: Date) => View): View {
  const read = () => view(present());
  return useSyncExternalStore(subscribe, read, read);
}
