import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { compileExpression } from './expression.ts';
import { inferType } from './infer.ts';
import { typeOfSchema } from './schema_type.ts';
import type { Scope } from './scope.ts';
import { ANY, inWords, mayBe, type Type, typeOfValue } from './type.ts';

function infer(source: string, names: Readonly<Record<string, Type>>) {
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    throw new Error(compiled.error.message);
  }
  return inferType(compiled.expression.syntax, source, new Map(Object.entries(names)));
}

/** What is wrong, a warning with a question mark, or the type where nothing is. */
function check(source: string, input: Type): string {
  const { type, complaints } = infer(source, { input });
  return complaints.length === 0
    ? inWords(type)
    : complaints
        .map(({ severity, message }) => `${severity === 'warning' ? '? ' : ''}${message}`)
        .join('; ');
}

const schema: JsonObject = {
  type: 'object',
  properties: {
    size: {
      type: 'object',
      properties: { width: { type: 'integer' } },
      additionalProperties: false,
    },
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    note: { type: ['string', 'null'] },
    mode: { enum: ['fast', 'slow', 3] },
    tree: { $ref: '#/$defs/tree' },
    choice: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    free: {},
    open: { type: 'object', additionalProperties: true, properties: { a: { type: 'number' } } },
  },
  required: ['name'],
  additionalProperties: false,
  $defs: {
    tree: {
      type: 'object',
      properties: { left: { $ref: '#/$defs/tree' }, value: { type: 'number' } },
      additionalProperties: false,
    },
  },
};

describe('by a schema', () => {
  test.each([
    ['input.name', 'text'],
    ['input.size.width + 1', 'a number'],
    ['input.size.width > 3 && input.name.startsWith("a")', 'true or false'],
    ['input.tags.map(t, t.size())', 'a list'],
    ['input.tags[0] + "x"', 'text'],
    ['input.note', 'text or null'],
    ['default(input.note, "none")', 'text'],
    ['input.note + "x"', 'text'],
    ['input.mode', 'text or a number'],
    ['input.choice + 1', 'a number'],
    ['input.free.x.y + 1', 'a number'],
    ['input.open.other', 'any value'],
    ['input.tree.left.left.left.value', 'a number'],
    ['input.?size.?width.orValue(1)', 'any value'],
    ['cel.bind(w, input.size.width, w * w)', 'a number'],
    ['timestamp(input.name) + duration("3h")', 'any value'],
    ['dyn(input.name) - 1', 'a number'],
    ['join(input.tags, ",")', 'text'],
    ['{"a": input.name}.a', 'text'],
    ['input.note == null', 'true or false'],
    ['input.name == null', 'true or false'],
    ['"width" in input.size', 'true or false'],
  ])('%s is %s', (source, expected) => {
    expect(check(source, typeOfSchema(schema))).toBe(expected);
  });

  test.each([
    ['input.siez', '"siez" is not in input (did you mean size?)'],
    ['input["siez"]', '"siez" is not in input (did you mean size?)'],
    ['input.zzz', '"zzz" is not in input, which has size, name, tags, note, mode, tree, choice'],
    ['input.size.widht > 1', '"widht" is not in input.size (did you mean width?)'],
    ['input.tree.left.lfet', '"lfet" is not in input.tree.left (did you mean left?)'],
    ['input.name.first', 'input.name is text, which has no member "first"'],
    ['input.name + 1', '+ does not work on text and a number; turn the other one into text'],
    ['input.tags + 1', '+ does not work on a list and a number'],
    ['input.name - 1', '- does not work on text and a number'],
    ['input.name < input.size.width', '< does not work on text and a number'],
    ['!input.name', '! needs true or false, but input.name is text; compare it with something'],
    ['input.name && true', '&& needs true or false, but input.name is text'],
    ['input.tags ? 1 : 2', 'a condition needs true or false, but input.tags is a list'],
    ['input.tags.filter(t, t)', '.filter(…) needs a condition, but t is text'],
    ['input.name.map(t, t)', 'input.name is text; .map(…) goes over a list'],
    ['"a" in input.name', 'input.name is text; only a list or an object has something in it'],
    ['size(input.size.width)', 'size(…) does not work on a number'],
    ['input.size.width.startsWith("a")', '.startsWith(…) does not work on a number with text'],
    ['input.tags["a"]', 'input.tags is a list, which has no member "a"'],
    ['input.tags.map(t, t.url)', 't is text, which has no member "url"'],
    ['input.name == 5', '? text is never equal to a number'],
    ['has(input.siez)', '? "siez" is not in input (did you mean size?)'],
    ['default(input.siez, 1)', '? "siez" is not in input (did you mean size?)'],
    ['has(input.siez) && input.siez > 1', '? "siez" is not in input'],
    ['{"a": 1}.b', '"b" is not in {"a": 1}'],
  ])('%s: %s', (source, message) => {
    expect(check(source, typeOfSchema(schema))).toContain(message);
  });

  test('a name that nobody declared is warned of only if one near it was', () => {
    const open = typeOfSchema({ properties: { size: {} } });
    expect(check('input.siez', open)).toBe(
      '? "siez" is not declared in input (did you mean size?)',
    );
    expect(check('input.colour', open)).toBe('any value');
    expect(check('default(input.siez, 1)', open)).toBe('any value');
  });

  test.each<[JsonObject | boolean]>([
    [true],
    [false],
    [{}],
    [{ type: 'wobble' }],
    [{ $ref: 'https://elsewhere.example/schema' }],
    [{ $ref: '#/$defs/none' }],
    [{ $ref: '#' }],
    [{ allOf: [{ properties: { a: {} } }], properties: { b: {} } }],
    [{ properties: { b: {} }, patternProperties: { '^a': {} }, additionalProperties: false }],
    [{ if: { properties: { a: {} } }, properties: { b: {} } }],
    [{ anyOf: [{ type: 'object' }, { properties: { b: {} }, additionalProperties: false }] }],
  ])('where a schema leaves it open, anything goes: %j', (open) => {
    expect(check('input.a + 1', typeOfSchema(open))).toBe('a number');
  });

  test('a schema that doubles with every reference is not followed to its end', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `s${index}`,
        { anyOf: [{ $ref: `#/$defs/s${index + 1}` }, { $ref: `#/$defs/s${index + 1}` }] },
      ]),
    );
    expect(typeOfSchema({ $ref: '#/$defs/s0', $defs })).toBe(ANY);
  });
});

test('what is built of one thing twice, again and again, is not followed twice each time', () => {
  const doubled = `[input.a]${'.map(a, [a, a])'.repeat(12)}${'[0]'.repeat(13)}`;
  const bound = `${Array.from({ length: 6 }, (_, n) => `cel.bind(x${n + 1}, [x${n}, [x${n}][0]], `).join('')}x6${'[0]'.repeat(6)}${')'.repeat(6)}`;
  const source = `cel.bind(x0, input.a, ${bound})`;

  for (const one of [doubled, source]) {
    const compiled = compileExpression(one);
    expect(compiled.ok ? '' : compiled.error.message).toBe('');
    expect(check(one, typeOfSchema({ properties: { a: { type: 'number' } } }))).toBe('a number');
  }
});

const TOKENS = [
  ...'input item tasks.a .output .x .a [0] ["a"] ( ) [ ] { } , : ? .? + - % == && || ! in'.split(
    ' ',
  ),
  ...'1 2.5 "s" b"x" 1u null true dyn( default( has( size( .map(x, .filter(x, cel.bind(x, {"a": x .size()'.split(
    ' ',
  ),
  '.map(x, ',
  '.all(x, ',
  'cel.bind(x, ',
  ').orValue(',
  'optional.of(',
];

test('whatever compiles has a type, and complaints within it', () => {
  const source = fc
    .array(fc.constantFrom(...TOKENS), { maxLength: 12 })
    .map((tokens) => tokens.join(''));
  fc.assert(
    fc.property(source, fc.jsonValue({ maxDepth: 3 }), (text, input) => {
      if (compileExpression(text).ok) {
        const { type, complaints } = infer(text, { input: typeOfValue(input as Json) });
        expect(inWords(type)).not.toBe('');
        for (const { start, end, message } of complaints) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(message).not.toBe('');
        }
      }
    }),
    { numRuns: 3_000 },
  );
});

/** No branches and no loops: what stands in them may never run, and is complained of all the same. */
const OPERANDS =
  'input.a | input.b | input.c | input["a"] | input.a.b | input.b[0] | input | 1 | 2.5 | "a" | true | null | [1, "x"] | {"a": 1} | [] | ' +
  'input.b.size() | size(input.a) | string(input.a) | input.b.contains("a") | dyn(input.c) | timestamp(0) | sum(input.b) | ' +
  'keys(input.a) | json(input) | [input.a, input.b] | {"k": input.c}.k | -input.a | !input.b | input.b.map(x, x) | ' +
  'input.b.filter(x, x == 1) | merge(input.a, {"z": 1}) | cel.bind(y, input.a, y) | default(input.a.z, 1) | coalesce(input.a, input.b)';
const operand = fc.constantFrom(...OPERANDS.split(' | '));
const operator = fc.constantFrom(...'+ - * / % < >= == != in &&'.split(' '));
const value = fc.oneof(
  fc.constantFrom<Json>(1, 2.5, 'a', true, null, [], {}, [1, 2], ['a'], { b: 1 }, { b: { c: 1 } }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

test('what is called an error fails, and what does not fail is of the type that was said', () => {
  fc.assert(
    fc.property(operand, operator, operand, value, value, (left, op, right, a, b) => {
      const source = op === '&&' ? `[${left}, ${right}]` : `(${left}) ${op} (${right})`;
      const compiled = compileExpression(source);
      if (!compiled.ok) {
        return;
      }
      const input = { a, b, c: 3 };
      const evaluated = compiled.expression.evaluate({ input } as unknown as Scope);
      const { type, complaints } = infer(source, { input: typeOfValue(input) });

      if (evaluated.ok) {
        expect(complaints.filter(({ severity }) => severity === 'error')).toEqual([]);
        const [kind] = typeOfValue(evaluated.value).kinds ?? [];
        expect(kind !== undefined && mayBe(type, kind)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});
