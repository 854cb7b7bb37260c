import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonError } from './json_position.ts';

function parseError(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** JSON with one character taken out, put in, or changed: mostly broken, and never by much. */
const almostJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '"', ',', ':', '{', ']', '\\', '0', '-', '\n', 'x', ' '),
    fc.boolean(),
  )
  .map(([text, at, character, replace]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + character + text.slice(place + (replace ? 1 : 0));
  });

test('where V8 names the position of a mistake, it lies there, or where the broken word or number begins', () => {
  fc.assert(
    fc.property(almostJson, (text) => {
      const position = /at position (\d+)/.exec(parseError(text) ?? '')?.[1];
      fc.pre(position !== undefined);
      const { offset } = findJsonError(text);

      expect(offset).toBeLessThanOrEqual(Number(position));
      expect(text.slice(offset, Number(position))).toMatch(/^[\w.+\\-]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test('what is before the mistake is the beginning of something that could be JSON', () => {
  const { offset, line, column } = findJsonError('{\n  "a": [1, 2,\n  "b": tru}');

  expect({ offset, line, column }).toEqual({ offset: 21, line: 3, column: 6 });
});

test('very many brackets are no trouble', () => {
  const text = '['.repeat(1_000_000);

  expect(findJsonError(text).offset).toBe(1_000_000);
});
