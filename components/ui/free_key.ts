'use client';

import { useEffect, useEffectEvent } from 'react';

/** Where keys write. */
export function isInField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select') !== null)
  );
}

/** What lies over the page has its own keys. */
export function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"]') !== null;
}

/**
 * A key on its own means something only when nobody is writing: never inside a field, an open dialog or menu, while an input
 * method composes (Chinese), or together with a modifier that the browser may want.
 */
function isFreeKey(event: KeyboardEvent): boolean {
  return (
    !isInField(event.target) &&
    !isInOverlay(event.target) &&
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
