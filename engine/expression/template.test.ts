import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import type { Scope } from './scope.ts';
import { compileTemplate } from './template.ts';

const scope: Scope = {
  input: { n: 4, text: 'hi', list: [1, 2], object: { a: 1 }, nothing: null, yes: true },
  context: {},
  env: {},
  object: { id: 'photo-1' },
  instance: { id: 'i-1', workflow: 'w', version: 1 },
  tasks: {},
  item: { url: 'u' },
  index: 2,
};

function render(template: Json): Json {
  const compiled = compileTemplate(template);
  const rendered = compiled.ok
    ? compiled.template.render(scope)
    : { ok: false as const, error: compiled.errors[0] };
  return rendered.ok ? rendered.value : `error: ${rendered.error?.message ?? ''}`;
}

describe('a text that is exactly one expression keeps its type', () => {
  test.each<[string, Json]>([
    ['{{ input.n }}', 4],
    ['{{input.n}}', 4],
    ['{{\n  input.n\n}}', 4],
    ['{{ input.list }}', [1, 2]],
    ['{{ input.object }}', { a: 1 }],
    ['{{ input.nothing }}', null],
    ['{{ input.yes }}', true],
    ['{{ {"a": {"b": input.n}} }}', { a: { b: 4 } }],
    ['{{ {"a":{"b":1}}}}', { a: { b: 1 } }],
    ['{{ "}}" }}', '}}'],
    ["{{ 'don\\'t }}' }}", "don't }}"],
    ['{{ """a " }} b""" }}', 'a " }} b'],
    ['{{ r"\\d }}" }}', '\\d }}'],
    ["{{ input.n // a note, don't mind }}", 4],
  ])('%s is %j', (template, value) => {
    expect(render(template)).toEqual(value);
  });

  test('a comment ends with the expression, or with its line', () => {
    expect(render('{{ input.n // one\n + 1 }}')).toBe(5);
    expect(render('{{ input.n // one }} + 1 }}')).toBe('4 + 1 }}');
  });
});

describe('text around an expression makes text', () => {
  test.each<[string, Json]>([
    [' {{ input.n }}', ' 4'],
    ['{{ input.n }}{{ input.n }}', '44'],
    ['{{ input.text }}, {{ object.id }}!', 'hi, photo-1!'],
    ['null is nothing: [{{ input.nothing }}]', 'null is nothing: []'],
    ['{{ input.yes }} {{ 1.5 }}', 'true 1.5'],
    ['list {{ input.list }}, object {{ input.object }}', 'list [1,2], object {"a":1}'],
    ['a }} b {{ input.n }}', 'a }} b 4'],
    ['{ {{ input.n }} }', '{ 4 }'],
    ['C:\\dir\\{{ input.n }}', 'C:\\dir{{ input.n }}'],
  ])('%s is %j', (template, value) => {
    expect(render(template)).toEqual(value);
  });
});

describe('a backslash keeps braces from being an expression', () => {
  test.each<[string, Json]>([
    ['\\{{ input.n }}', '{{ input.n }}'],
    ['\\\\{{ input.n }}', '\\4'],
    ['\\\\\\{{ input.n }}', '\\{{ input.n }}'],
    ['\\{{ a }} {{ input.n }}', '{{ a }} 4'],
    ['\\n \\\\ stay', '\\n \\\\ stay'],
  ])('%s is %j', (template, value) => {
    expect(render(template)).toEqual(value);
  });
});

describe('structure', () => {
  test('objects and lists are rendered all through; keys are not', () => {
    expect(
      render({
        a: ['{{ input.n }}', { '{{ b }}': 'x{{ index }}', c: [1, null, true] }],
        d: '{{ item.url }}',
      }),
    ).toEqual({ a: [4, { '{{ b }}': 'x2', c: [1, null, true] }], d: 'u' });
  });

  test('a template without expressions is constant and rendered without a copy', () => {
    const template = { a: [1, { b: 'text', c: '}}' }], '{{ key }}': null };
    const compiled = compileTemplate(template);
    expect(compiled).toMatchObject({ ok: true, template: { constant: true } });
    expect(render(template)).toBe(template);
  });

  test('one with nothing but escapes is constant too', () => {
    const compiled = compileTemplate({ a: '\\{{ x }}' });
    expect(compiled).toMatchObject({ ok: true, template: { constant: true } });
    expect(render({ a: '\\{{ x }}' })).toEqual({ a: '{{ x }}' });
  });

  test('parts that never change are not copied either', () => {
    const constant = { big: [1, 2, 3] };
    const rendered = render({ constant, n: '{{ input.n }}' });
    expect(rendered).toEqual({ constant, n: 4 });
    expect((rendered as { constant: Json }).constant).toBe(constant);
  });

  test('a member named __proto__ stays a member', () => {
    const template = JSON.parse('{"__proto__": {"x": "{{ input.n }}"}}') as Json;
    expect(JSON.stringify(render(template))).toBe('{"__proto__":{"x":4}}');
  });

  test('references of all expressions are joined', () => {
    const compiled = compileTemplate([
      '{{ input.n }}',
      { a: 'x {{ tasks.a.output }} {{ tasks.b.output }}' },
      '{{ tasks.a.status }}',
    ]);
    expect(compiled.ok && compiled.template.references).toEqual({
      input: true,
      context: false,
      env: false,
      tasks: ['a', 'b'],
      local: [],
    });
  });
});

describe('errors', () => {
  test('every expression that is wrong is reported, with its place', () => {
    const compiled = compileTemplate({
      a: ['ok {{ input.n }}', 'x {{ 1 + }}'],
      'b/~': '{{ nope }}',
      c: '{{ open',
    });
    expect(compiled.ok ? [] : compiled.errors).toMatchObject([
      { pointer: '/a/1', expression: '1 +', offset: 5, start: 3 },
      { pointer: '/b~1~0', expression: 'nope', offset: 3, start: 0, end: 4 },
      { pointer: '/c', expression: '{{ open', start: 0, end: 2, message: 'this {{ has no }}' },
    ]);
  });

  test('an expression that fails while it is rendered names itself and its place', () => {
    const compiled = compileTemplate({ a: { b: 'x {{ input.gone }}' } });
    expect(compiled.ok && compiled.template.render(scope)).toMatchObject({
      ok: false,
      error: { pointer: '/a/b', expression: 'input.gone', offset: 5, start: 6, end: 10 },
    });
  });

  test('nothing between the braces is an error', () => {
    expect(render('{{}}')).toBe('error: the expression is empty');
    expect(render('{{ }}')).toBe('error: the expression is empty');
  });
});

describe('bounds', () => {
  test('depth', () => {
    let template: Json = '{{ input.n }}';
    for (let level = 0; level < 100_000; level += 1) {
      template = [template];
    }
    expect(render(template)).toBe('error: the template nests deeper than 64 levels');
  });

  test('number of expressions', () => {
    expect(render('{{ input.n }}'.repeat(1_001))).toContain('at most 1000 expressions');
  });

  test('what one rendering makes', () => {
    const long = { ...scope, input: { text: 'a'.repeat(1_000_000) } };
    const compiled = compileTemplate(' {{ input.text }}'.repeat(1_000));
    const rendered = compiled.ok ? compiled.template.render(long) : compiled;
    expect(rendered.ok ? '' : 'error' in rendered && rendered.error.message).toContain(
      'takes more than',
    );
  });
});

test('compiling and rendering never throws; text without braces is rendered as it is', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom('{{', '}}', '\\', '{', '}', '"', "'", ' input.n ', '//', '\n', 'a', 'item'),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  fc.assert(
    fc.property(
      fc.letrec<{ json: Json }>((tie) => ({
        json: fc.oneof(
          { maxDepth: 4 },
          text,
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.constant(null),
          fc.array(tie('json')),
          fc.dictionary(fc.string(), tie('json')),
        ) as fc.Arbitrary<Json>,
      })).json,
      (template) => {
        const compiled = compileTemplate(template);
        if (compiled.ok) {
          compiled.template.render(scope);
        }
        if (!JSON.stringify(template).includes('{{')) {
          expect(render(template)).toBe(template);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
