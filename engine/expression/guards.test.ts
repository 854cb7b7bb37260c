/** Every guard, attacked. Without them the attacks here take minutes or all memory, so a guard that is gone shows as a timeout too. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { compileExpression } from './expression.ts';
import type { Scope } from './scope.ts';

const words = Array.from({ length: 60_000 }, (_, index) => `${index}`);
const otherWords = words.map((word) => `${word}x`);
const numbers = Array.from({ length: 100_000 }, (_, index) => index);
const long = 'a'.repeat(256_000);

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) {
    value = [value];
  }
  return value;
}

const scope: Scope = {
  input: {
    words,
    otherWords,
    numbers,
    object: Object.fromEntries(words.map((word) => [word, 1])),
    long,
    needle: `b${'a'.repeat(100_000)}`,
    deep: nested(100_000),
    secret: { constructor: 1 },
  },
  context: {},
  env: {},
  object: { id: 'o' },
  instance: { id: 'i', workflow: 'w', version: 1 },
  tasks: {},
};

function messageOf(source: string): string {
  const compiled = compileExpression(source);
  const evaluated = compiled.ok ? compiled.expression.evaluate(scope) : compiled;
  return evaluated.ok ? 'evaluated' : evaluated.error.message;
}

describe('the cost of an expression on its data is bounded', () => {
  test.each([
    [
      'a list searched for every element of another',
      'input.words.filter(x, x in input.otherWords)',
    ],
    [
      'two equal lists compared for every element',
      'input.words.all(x, input.words == input.words + [])',
    ],
    ['a text compared for every element', 'input.words.all(x, input.long == input.long + "")'],
    ['lists added and added', `input.numbers${' + input.numbers'.repeat(80)}`],
    ['a list doubled and doubled', `[input.numbers]${'.map(a, a + a)'.repeat(28)}`],
    ['a text doubled and doubled', `[input.long]${'.map(a, a + a)'.repeat(28)}[0].size()`],
    [
      'a value shared and shared, then compared',
      `[[1]]${'.map(a, [a, a])'.repeat(26)} == [[1]]${'.map(a, [a, a])'.repeat(26)}`,
    ],
    ['a value shared and shared, then returned', `[[1]]${'.map(a, [a, a])'.repeat(28)}`],
    ['a long text split for every element', 'input.words.map(x, input.long.split(""))'],
    ['a long text searched for every element', 'input.words.map(x, input.long.contains("b"))'],
    ['a needle made for the worst case', 'input.long.contains(input.needle)'],
    ['JSON written for every element', 'input.words.map(x, json(input.words))'],
    ['a list sorted for every element', 'input.words.map(x, sort(input.words))'],
    ['a separator longer than the list', 'join(input.words, input.long)'],
    ['a separator longer than the list, as a method', 'input.words.join(input.long)'],
    ['a replacement longer than the text', 'input.long.replace("a", input.long)'],
    ['bytes made for every element', 'input.words.map(x, bytes(input.long).hex())'],
    ['members counted for every element', 'input.words.map(x, size(input.object))'],
    [
      'local times of a time zone',
      'input.words.map(x, timestamp("2026-01-01T00:00:00Z").getHours("Asia/Shanghai"))',
    ],
    ['an error for every element', 'input.numbers.exists(x, input.missing == x)'],
    ['an error for every element, caught by ||', 'input.numbers.map(x, input.missing || true)'],
    [
      'an error for every element, caught by default()',
      'input.numbers.map(x, default(input.missing, 1))',
    ],
    ['a list cut up for every element', 'input.words.map(x, chunk(input.numbers, 1))'],
  ])('%s', (_name, source) => {
    expect(messageOf(source)).toContain('takes more than');
  });

  test('what people write on large data is far from it', () => {
    expect(messageOf('input.numbers.filter(x, x % 2 == 0).size() > 10')).toBe('evaluated');
    expect(messageOf('input.words.map(w, {"word": w, "bucket": "b"}).size()')).toBe('evaluated');
    expect(messageOf('chunk(input.words, 100)')).toBe('evaluated');
  });

  test('each evaluation has steps of its own', () => {
    const source = 'input.numbers.map(x, x + 1).size()';
    for (let round = 0; round < 20; round += 1) {
      expect(messageOf(source)).toBe('evaluated');
    }
  });
});

describe('a context is for facts: a large one is not read', () => {
  const half = 'x'.repeat(131_000);
  const messageOn = (context: JsonObject, source: string) => {
    const compiled = compileExpression(source);
    const evaluated = compiled.ok ? compiled.expression.evaluate({ ...scope, context }) : compiled;
    return evaluated.ok ? 'evaluated' : evaluated.error.message;
  };

  test.each<[string, JsonObject]>([
    ['one long text', { a: half + half + half }],
    ['texts', { a: half, b: half, c: 'y'.repeat(1_000) }],
    ['many numbers', { a: { list: numbers } }],
    ['long names', { [half]: 1, [`${half}1`]: 2, [`${half}2`]: 3 }],
    ['many empty lists', { a: Array.from({ length: 100_000 }, () => []) }],
  ])('%s', (_name, context) => {
    expect(messageOn(context, 'context.small')).toContain('the context holds more than 256 KB');
    expect(messageOn(context, 'input.long == ""')).toBe('evaluated');
  });

  test('nor a deep one', () => {
    expect(messageOn({ a: nested(100_000) }, 'context.a')).toContain('deeper than 64 levels');
  });

  test('one that is just small enough is', () => {
    expect(messageOn({ a: half, b: half }, 'context.a')).toBe('evaluated');
  });
});

describe('numbers of JSON meet numbers of the expression', () => {
  test.each([
    ['input.numbers[3] + 1 == 4', true],
    ['1 + input.numbers[3] == 4', true],
    ['input.numbers[3] % 2 == 1', true],
    ['input.numbers[3] % input.numbers[2] == 1', true],
    ['input.numbers[3] * 2 - 1 / 1 == 5', true],
    ['input.numbers[4] / 2 == 2', true],
    ['input.numbers[3] == 3 && 3 == input.numbers[3]', true],
    ['[1, 2].exists(x, x == input.numbers[2])', true],
    ['input.numbers.filter(x, x < 3).map(x, x + 1) == [1, 2, 3]', true],
    ['-input.numbers[3] + 3 == 0', true],
  ])('%s', (source, value) => {
    const compiled = compileExpression(source);
    expect(compiled.ok && compiled.expression.evaluate(scope)).toEqual({ ok: true, value });
  });
});

describe('what is missing is an error that says how to ask first', () => {
  test.each([
    [
      'input.nope > 1',
      'Test it with has(input.nope), or give a value for that case: default(input.nope',
    ],
    ['input.a.b', 'has(input.a)'],
    ['tasks.gone.output', 'default(tasks.gone'],
    ['input["no pe"]', 'default(input["no pe"]'],
  ])('%s', (source, advice) => {
    expect(messageOf(source)).toContain(advice);
  });

  test.each([
    'has(input.nope) && input.nope > 1',
    'default(input.nope, 0) > 1',
    'input.?nope.orValue(0) > 1',
    'input.?nope.?deeper.orValue("") == ""',
  ])('%s', (source) => {
    expect(messageOf(source)).toBe('evaluated');
  });
});

describe('regular expressions are refused when the expression is compiled', () => {
  test.each([
    '"aaaa".matches("^(a+)+$")',
    'input.long.matches("^(a+)+$")',
    'input.words.map(w, w.matches("a"))',
    'true || "a".matches("a")',
    'default("a".matches("a"), 1)',
    'cel.bind(x, "a".matches("a"), x)',
    '[{"a": "b".matches("c")}]',
    'matches("a", "b")',
  ])('%s', (source) => {
    const compiled = compileExpression(source);
    expect(compiled.ok ? '' : compiled.error.message).toContain('matches(…) is not allowed');
  });

  test('and nothing else that is called so', () => {
    expect(messageOf('"matches(" + \'.matches("a")\'')).toBe('evaluated');
    expect(messageOf('default(input.matches, 1)')).toBe('evaluated');
  });
});

describe('one loop inside another is refused', () => {
  test.each([
    'input.words.map(x, input.words.map(y, x + y))',
    'input.words.filter(x, input.words.exists(y, x == y))',
    'input.words.all(x, default(input.words.exists_one(y, x == y), true))',
    'input.words.map(x, cel.bind(y, input.words.filter(z, z == x), y))',
    'input.words.map(x, true, {"a": [input.words.all(y, true)]})',
  ])('%s', (source) => {
    expect(messageOf(source)).toContain('inside another loop');
  });

  test('one after another is not', () => {
    expect(messageOf('input.numbers.filter(x, x < 9).map(x, x + 1).exists(x, x > 3)')).toBe(
      'evaluated',
    );
    expect(messageOf('input.numbers.map(x, x).size() + input.words.map(x, x).size()')).toBe(
      'evaluated',
    );
  });
});

describe('the expression itself is bounded', () => {
  test.each([
    ['characters', `"${'x'.repeat(5_000)}"`],
    ['brackets', `${'('.repeat(40)}1${')'.repeat(40)}`],
    ['members', `input${'.a'.repeat(40)}`],
    ['nodes', Array.from({ length: 600 }, () => '1').join('+')],
    ['lists', `${'['.repeat(40)}${']'.repeat(40)}`],
  ])('%s', (_name, source) => {
    expect(compileExpression(source)).toMatchObject({ ok: false });
  });
});

describe('other ways to hurt', () => {
  test.each([
    ['input.deep == input.deep', 'nests deeper than 64 levels'],
    ['size(input.deep)', 'nests deeper than 64 levels'],
    ['[input.deep]', 'nests deeper than 64 levels'],
    ['json(input.deep)', 'nests deeper than 64 levels'],
    [`duration("${'1'.repeat(2_000)}")`, 'longer than any duration'],
    ['range(10001)', '10001 numbers are more than 10000'],
    ['range(1e300)', 'is not a whole number'],
    ['input.constructor', '"constructor" is not in input'],
    ['input.words.constructor', '"constructor" is not in input.words'],
    ['input["__proto__"]', '"__proto__" is not in input'],
    ['"".constructor', 'string'],
    ['input.secret.x', 'a member named "constructor"'],
    ['input.long()', 'there is no function "long"'],
  ])('%s: %s', (source, message) => {
    expect(messageOf(source)).toContain(message);
  });

  test('a deep value can be passed on whole', () => {
    expect(messageOf('input.deep')).toBe('evaluated');
    expect(messageOf('input.deep[0][0]')).toBe('evaluated');
  });

  test('a result cannot reach a prototype', () => {
    const compiled = compileExpression(
      'merge({"a": 1}, parseJson(\'{"__proto__": {"polluted": true}}\'))',
    );
    const evaluated = compiled.ok ? compiled.expression.evaluate(scope) : compiled;
    expect(evaluated.ok && Object.keys(evaluated.value as object)).toEqual(['a', '__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an object', () => {
  const valueOf = (source: string, input: string): string => {
    const compiled = compileExpression(source);
    const evaluated = compiled.ok
      ? compiled.expression.evaluate({ ...scope, input: JSON.parse(input) as Json })
      : compiled;
    return evaluated.ok ? JSON.stringify(evaluated.value) : evaluated.error.message;
  };

  test.each([
    [
      '{"constructor": 1, "prototype": 2, "__proto__": 3}',
      '{"constructor":1,"prototype":2,"__proto__":3}',
    ],
    ['{input.name: 1, "a": {input.name: 2}}', '{"constructor":1,"a":{"constructor":2}}'],
    ['[input.name, "b"].map(name, {name: name})', '[{"constructor":"constructor"},{"b":"b"}]'],
    ['{"toString": input.name}.toString', '"constructor"'],
  ])('that an expression makes has members of any name: %s', (source, value) => {
    expect(valueOf(source, '{"name": "constructor"}')).toBe(value);
  });

  test.each(['1', 'null', '{}', '"Object"'])(
    'with a member "constructor": %s can be taken apart, and nothing more: the member is named',
    (value) => {
      const input = `{"a":[1],"constructor":${value}}`;

      expect(valueOf('input.a', input)).toBe('[1]');
      expect(valueOf('input', input)).toBe(input);
      expect(valueOf('input["constructor"]', input)).toBe(value);
      expect(valueOf('input', `{"a":${input}}`)).toBe(`{"a":${input}}`);
      for (const source of ['size(input)', 'input.a[0] + 1', 'input.a.length', 'input.b']) {
        expect(valueOf(source, input)).toBe(
          'an object that has a member named "constructor" cannot be read by an expression',
        );
      }
    },
  );

  test.each([
    ['input.toString', '3'],
    ['input["__proto__"].a', '2'],
    ['has(input.valueOf)', 'false'],
    ['default(input.isPrototypeOf, 1)', '1'],
    ['"hasOwnProperty" in input', 'false'],
    ['merge(input, {"x": 1})', '{"toString":3,"__proto__":{"a":2},"x":1}'],
  ])('has the members that it has itself, and no others: %s', (source, value) => {
    expect(valueOf(source, '{"toString": 3, "__proto__": {"a": 2}}')).toBe(value);
  });
});

const TOKENS = [
  ...'input item tasks tasks.a .output .x [0] ["k"] ( ) [ ] { } , : ? .? + - % == && || ! in'.split(
    ' ',
  ),
  ...'1 2.5 "s" \'\'\' b"x" r" 1u // null true x matches dyn( default( has( size( \\'.split(' '),
  '\n',
  '.map(x, ',
  '.all(x, ',
  'cel.bind(x, ',
];

test('compiling and evaluating never throws, whatever the text', () => {
  const token = fc.constantFrom(...TOKENS);
  const source = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join('')),
  );

  fc.assert(
    fc.property(source, fc.jsonValue({ maxDepth: 3 }), (text, input) => {
      const compiled = compileExpression(text);
      const evaluated = compiled.ok
        ? compiled.expression.evaluate({
            ...scope,
            input: input as Json,
            item: input as Json,
            index: 0,
          })
        : compiled;

      if (evaluated.ok) {
        expect(JSON.parse(JSON.stringify(evaluated.value))).toEqual(evaluated.value);
      } else {
        const { start, end, message } = evaluated.error;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: 3_000 },
  );
});
