import { expect, test } from 'vitest';
import { head } from './text.ts';

test('a text is cut between its signs, not within one', () => {
  expect(head('abcdef', 3)).toBe('abc');
  expect(head('ab', 3)).toBe('ab');
  expect(head('ab😀cd', 3)).toBe('ab');
  expect(head('ab😀cd', 4)).toBe('ab😀');
  expect(head('', 3)).toBe('');
});
