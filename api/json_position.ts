/**
 * Where a text stops being JSON. `JSON.parse` of V8 names a position for some mistakes only, so a text that it refused is read once
 * more by this scanner. It keeps its own stack: a body of a million brackets must not overflow ours.
 */
import { positionAt, type JsonPosition } from '#engine/json_text.ts';

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
// oxlint-disable-next-line no-control-regex -- as above: how far a broken string is still one
const STRING_START = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'after value';

/** The offset of the first character that cannot belong to JSON; the length of the text if it only ends too early. */
export function findJsonError(text: string): JsonPosition {
  return positionAt(text, scan(text));
}

function scan(text: string): number {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expected: Expected = 'value';

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const matched = pattern.test(text);
    at = matched ? pattern.lastIndex : at;
    return matched;
  };

  for (;;) {
    take(SPACE);
    const character = text[at];

    if (character === undefined) {
      return at;
    }
    if (expected === 'colon') {
      if (character !== ':') return at;
      at += 1;
      expected = 'value';
    } else if (expected === 'key' || expected === 'key or }') {
      if (character === '}' && expected === 'key or }') {
        at += 1;
        open.pop();
        expected = 'after value';
      } else if (take(STRING)) {
        expected = 'colon';
      } else {
        return brokenAt(text, at);
      }
    } else if (expected === 'after value') {
      const inside = open.at(-1);
      if (character === ',' && inside !== undefined) {
        expected = inside === '{' ? 'key' : 'value';
      } else if (inside !== undefined && character === (inside === '{' ? '}' : ']')) {
        open.pop();
      } else {
        return at;
      }
      at += 1;
    } else if (character === '{' || character === '[') {
      open.push(character);
      at += 1;
      expected = character === '{' ? 'key or }' : 'value or ]';
    } else if (character === ']' && expected === 'value or ]') {
      at += 1;
      open.pop();
      expected = 'after value';
    } else if (take(STRING) || take(NUMBER) || take(LITERAL)) {
      expected = 'after value';
    } else {
      return brokenAt(text, at);
    }
  }
}

/** Inside a string that never ends well, the place where it breaks; otherwise the place itself. */
function brokenAt(text: string, at: number): number {
  STRING_START.lastIndex = at;
  return STRING_START.test(text) ? STRING_START.lastIndex : at;
}
