'use client';

import { useEffect } from 'react';

/**
 * Marks the document once React has taken over what the server sent: from then on nothing that is pressed or written gets lost. On a busy
 * machine that is seconds after the page is seen; until then the pointer says so (`globals.css`).
 */
export function Listening() {
  useEffect(() => {
    document.documentElement.dataset['listening'] = '';
  }, []);

  return null;
}
