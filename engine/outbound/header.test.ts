import { expect, test } from 'vitest';
import { wrongHeader } from './header.ts';

test.each([
  ['x-a', 'a\r\nx-b: c', /characters/],
  ['x-a', '日本', /characters/],
  ['Content-Length', '3', /set by Latchwork/],
  ['transfer-encoding', 'chunked', /set by Latchwork/],
  ['x-a', 'tab\tand Ümlaut', null],
])('cannot smuggle anything through header %s: %j', (name, value, reason) => {
  const wrong = wrongHeader(name, value);

  if (reason === null) expect(wrong).toBeNull();
  else expect(wrong).toMatch(reason);
});

test.each([
  'Connection',
  'content-length',
  'expect',
  'Host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])('leaves header %s to the client', (name) => {
  expect(wrongHeader(name, 'x')).toBe(`header "${name}" is set by Latchwork itself`);
});
