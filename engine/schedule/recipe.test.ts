import { expect, test } from 'vitest';
import { compileRecipe, type Ingredients, type Recipe } from './recipe.ts';

const HOOK = ['body', 'headers', 'query'] as const;

const RECIPE: Recipe = {
  objectId: '{{ body.id }}',
  input: { all: '{{ body }}', from: 'a {{ headers["user-agent"] }}' },
  labels: { ref: '{{ query.ref }}' },
  dedupeKey: '{{ body.id }}-{{ body.version }}',
  when: 'body.version > 1.0',
};

const KNOWN: Ingredients = {
  body: { id: 7, version: 2 },
  headers: { 'user-agent': 'curl' },
  query: { ref: 'main' },
};

function render(changes: Partial<Recipe>, known: Ingredients = KNOWN) {
  const compiled = compileRecipe({ ...RECIPE, ...changes }, HOOK);
  return compiled.ok ? compiled.recipe.render(known) : compiled;
}

test('a request becomes an instance', () => {
  expect(render({})).toEqual({
    ok: true,
    made: {
      objectId: '7',
      input: { all: { id: 7, version: 2 }, from: 'a curl' },
      labels: { ref: 'main' },
      dedupeKey: '7-2',
    },
  });
});

test('where the condition says no, nothing is made', () => {
  expect(render({ when: 'body.version > 5.0' })).toEqual({ ok: true, made: null });
  expect(render({ when: 'body.id' })).toMatchObject({ errors: [{ pointer: '/when' }] });
});

test('what does not compile, or reads what is not known here, is named with its place', () => {
  const objectId = 'x {{ body.id + }}';
  expect(render({ objectId })).toMatchObject({ ok: false, errors: [{ pointer: '/objectId' }] });

  const read = render({ input: { deep: ['is {{ input.id }}'] }, when: 'object.id == "a"' });
  expect(read).toMatchObject({
    ok: false,
    errors: [
      { pointer: '/input/deep/0', start: 6, end: 11 },
      { pointer: '/when', start: 0, end: 6 },
    ],
  });
});

test.each([
  [
    '{{ bdy.id }}',
    '"bdy" is not known here; this may read body, headers, query (did you mean body?)',
    3,
  ],
  ['{{ frobnicate }}', '"frobnicate" is not known here; this may read body, headers, query', 3],
  ['{{ "x" + input.id }}', '"input" is not known here; this may read body, headers, query', 9],
  ['{{ tasks }}', '"tasks" is not known here; this may read body, headers, query', 3],
  [
    '{{ body.x + tasks.a.wrong }}',
    '"tasks" is not known here; this may read body, headers, query',
    12,
  ],
  ['{{ instance.wrong }}', '"instance" is not known here; this may read body, headers, query', 3],
  ['{{ schedule.at }}', '"schedule" is not known here; this may read body, headers, query', 3],
])('a name that is not there is answered with those that are: %s', (objectId, message, start) => {
  expect(render({ objectId })).toMatchObject({
    ok: false,
    errors: [{ pointer: '/objectId', message, start }],
  });
  expect(render({ when: objectId.slice(3, -3) })).toMatchObject({
    errors: [{ pointer: '/when', message, start: start - 3 }],
  });
});

test('what fails on a request is named with its place', () => {
  const text = 'id {{ body.missing }}';
  const answer = render({ objectId: text });
  expect(answer).toMatchObject({ ok: false, errors: [{ pointer: '/objectId' }] });

  const [error] = answer.ok ? [] : answer.errors;
  expect(text.slice(error?.start, error?.end)).toContain('missing');
});

test('an object id is a text that is there; a dedupe key may be empty', () => {
  expect(render({ objectId: '{{ body }}' })).toMatchObject({ errors: [{ pointer: '/objectId' }] });
  expect(render({ objectId: '{{ "" }}' })).toMatchObject({ errors: [{ pointer: '/objectId' }] });
  expect(render({ dedupeKey: '{{ "" }}' })).toMatchObject({ made: { dedupeKey: null } });
});
