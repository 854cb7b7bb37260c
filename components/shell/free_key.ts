'use client';

import { useEffect, useEffectEvent } from 'react';

/**
 * A key on its own means something only when nobody is writing: never inside a field, an open dialog or menu, while an input
 * method composes (Chinese), or together with a modifier that the browser may want.
 */
export function isFreeKey(event: KeyboardEvent): boolean {
  const target = event.target;
  const writing =
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null);

  return (
    !writing &&
    !event.isComposing &&
    !event.defaultPrevented &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey
  );
}

export function useFreeKey(onKey: (event: KeyboardEvent) => void): void {
  const handle = useEffectEvent(onKey);

  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (isFreeKey(event)) {
        handle(event);
      }
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
