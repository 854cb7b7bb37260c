/** Who has the focus now; of a menu, whose items are about to go, the button that opened it. */
export function focusedNow(): Element | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');

  return menu == null
    ? focused
    : document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
}

/**
 * Gives the focus back to who had it before something that has now gone, unless it went elsewhere on purpose. Where nobody is left to have
 * it, the page has: a keyboard that has lost its place begins anew.
 */
export function giveFocusBack(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;

  const owner = before?.isConnected === true ? before : document.getElementById('main');
  if (owner instanceof HTMLElement || owner instanceof SVGElement) {
    owner.focus({ preventScroll: true });
  }
}
