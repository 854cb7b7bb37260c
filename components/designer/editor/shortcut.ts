/** Keys as they are written in a table: `mod+shift+z`, `delete`, `?`. `mod` is ⌘ on a Mac and Ctrl elsewhere. */
export type Shortcut = string;

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'code'>;

export function matches(shortcut: Shortcut, event: Pressed, mac: boolean): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  // A sign such as `?` needs Shift on some keyboards and not on others, so it is matched by what it writes.
  const sign = key.length === 1 && !/[a-z0-9]/.test(key);

  return (
    keyOf(event) === key &&
    mod === wants('mod') &&
    !other &&
    event.altKey === wants('alt') &&
    (sign || event.shiftKey === wants('shift'))
  );
}

/** With Alt, a Mac writes another sign than the key says: then the key itself counts. */
function keyOf(event: Pressed): string {
  if (event.altKey && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  return event.key === ' ' ? 'space' : event.key.toLowerCase();
}

const SIGNS: Readonly<Record<string, string>> = {
  delete: 'Del',
  backspace: '⌫',
  enter: '↵',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  f2: 'F2',
};

/** For people: `Ctrl Shift Z`, or `⌘ ⇧ Z`. */
export function keysOf(shortcut: Shortcut, mac: boolean): readonly string[] {
  const modifiers: Readonly<Record<string, string>> = mac
    ? { mod: '⌘', shift: '⇧', alt: '⌥' }
    : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };

  return shortcut.split('+').map((part) => modifiers[part] ?? SIGNS[part] ?? part.toUpperCase());
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
