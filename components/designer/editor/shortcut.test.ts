import { describe, expect, test } from 'vitest';
import { keysOf, matches } from './shortcut.ts';

function press(
  key: string,
  modifiers: Partial<Record<'ctrl' | 'meta' | 'shift' | 'alt', true>> = {},
  code = '',
) {
  return {
    key,
    code,
    ctrlKey: modifiers.ctrl ?? false,
    metaKey: modifiers.meta ?? false,
    shiftKey: modifiers.shift ?? false,
    altKey: modifiers.alt ?? false,
  };
}

describe('a shortcut', () => {
  test('means Ctrl here and ⌘ on a Mac', () => {
    expect(matches('mod+z', press('z', { ctrl: true }), false)).toBe(true);
    expect(matches('mod+z', press('z', { meta: true }), true)).toBe(true);
    expect(matches('mod+z', press('z', { ctrl: true }), true)).toBe(false);
    expect(matches('mod+z', press('z'), false)).toBe(false);
  });

  test('wants exactly its modifiers', () => {
    expect(matches('mod+z', press('Z', { ctrl: true, shift: true }), false)).toBe(false);
    expect(matches('mod+shift+z', press('Z', { ctrl: true, shift: true }), false)).toBe(true);
    expect(matches('n', press('n', { ctrl: true }), false)).toBe(false);
  });

  test('of a sign does not mind how the sign is typed', () => {
    expect(matches('?', press('?', { shift: true }), false)).toBe(true);
    expect(matches('?', press('?'), false)).toBe(true);
  });

  test('with Alt goes by the key, since a Mac writes something else', () => {
    expect(matches('shift+alt+t', press('ˇ', { shift: true, alt: true }, 'KeyT'), true)).toBe(true);
  });

  test('is written as people read it', () => {
    expect(keysOf('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keysOf('mod+enter', true)).toEqual(['⌘', '↵']);
  });
});
