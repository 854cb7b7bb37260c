'use client';

import { useSyncExternalStore } from 'react';

/** Below this a canvas with its palette and forms does not fit: there the editor only shows. */
const WIDE = '(min-width: 48rem)';

export function useWideScreen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(WIDE);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(WIDE).matches,
    () => true,
  );
}
