import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from './json.ts';
import { findRepeated } from './json_text.ts';

test.each([
  ['{"a": 1, "a": 2}', 'a', 1, 10],
  ['{"a": 1,\n "b": {"a": 1,\n  "a" : 2}}', 'a', 3, 3],
  ['{"a": [{}, {"x": "a", "y": ["x"], "x": 3}]}', 'x', 1, 35],
  ['{"a": 1, "\\u0061": 2}', 'a', 1, 10],
  ['{"": {}, "": []}', '', 1, 10],
  ['{"__proto__": 1, "__proto__": 2}', '__proto__', 1, 18],
  ['{"say \\"a\\":": 1, "say \\"a\\":": 2}', 'say "a":', 1, 19],
])('a member that is there twice is named with its place: %s', (text, name, line, column) => {
  expect(findRepeated(text)).toMatchObject({ name, position: { line, column } });
});

test('what an object says once is no repetition, whatever else has that name', () => {
  for (const text of [
    '{"a": {"a": {"a": "a"}}, "b": "a", "c": ["a", "a"]}',
    '[{"a": 1}, {"a": 1}]',
    '"a"',
    '{"a": "\\\\", "b": "\\"a\\": {"}',
    '{"constructor": 1, "toString": 2}',
    '7',
  ]) {
    expect(findRepeated(text)).toBeNull();
  }
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(findRepeated(JSON.stringify(value, null, indent))).toBeNull();
    }),
  );
});

test('a member that is written once more is found, wherever it stands', () => {
  const members = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 5 });
  const around = fc.func(fc.constantFrom('list', 'object'));

  fc.assert(
    fc.property(members, fc.nat(), fc.nat({ max: 5 }), around, (object, pick, depth, kind) => {
      const names = Object.keys(object);
      const name = names[pick % names.length] ?? '';
      let text = `${JSON.stringify(object).slice(0, -1)}, ${JSON.stringify(name)}: null}`;
      for (let level = 0; level < depth; level += 1) {
        text = kind(level) === 'list' ? `[1, ${text}]` : `{"in": ${text}}`;
      }

      expect(JSON.parse(text) as Json).toBeDefined();
      expect(findRepeated(text)?.name).toBe(name);
    }),
  );
});

test('very many brackets are no trouble', () => {
  const text = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;

  expect(findRepeated(text)).toBeNull();
});
