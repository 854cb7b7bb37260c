/**
 * Puts text on the clipboard. `navigator.clipboard` exists only in secure contexts, and people open their own server over plain
 * http on a LAN address: there the old command still works.
 */
export async function copyText(text: string): Promise<boolean> {
  if (typeof navigator.clipboard !== 'undefined') {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused (no focus, no permission): try the old way.
    }
  }

  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog the focus cannot leave it, so the area must be in there too.
  const host = document.activeElement?.closest('[role="dialog"]') ?? document.body;
  const before = document.activeElement;
  host.append(area);
  area.select();

  try {
    // oxlint-disable-next-line typescript/no-deprecated -- nothing else works outside secure contexts
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (before instanceof HTMLElement) {
      before.focus();
    }
  }
}
