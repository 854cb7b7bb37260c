import { expect, test } from 'vitest';
import { SCHEDULE_NAMES, TRIGGER_NAMES, type LocalName } from '../expression/scope.ts';
import { checkRecipe } from './check_recipe.ts';
import { compileRecipe, type Recipe } from './recipe.ts';

const RECIPE: Recipe = { objectId: 'one', input: {}, labels: {}, dedupeKey: null, when: null };

function faults(changes: Partial<Recipe>, names: readonly LocalName[] = TRIGGER_NAMES) {
  return checkRecipe({ ...RECIPE, ...changes }, names).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  );
}

test.each([
  ['"push"', 'text'],
  ['1 + 2', 'a number'],
  ['size(body.files)', 'a number'],
  ['headers', 'an object'],
  ['[body.a == 1.0]', 'a list'],
  ['body.a == 1.0 ? "yes" : "no"', 'text'],
])('a condition that is always something else than true or false is a fault: %s', (when, is) => {
  expect(faults({ when })).toEqual([`/when a condition must be true or false, but this is ${is}`]);
});

test.each([
  'body.kind == "film"',
  'body.ready',
  'body.ready ? dyn(true) : dyn("no")',
  '!(query.dry == "1") && headers["x-event"] in ["push", "tag"]',
])('a condition that may be true or false is none: %s', (when) => {
  expect(faults({ when })).toEqual([]);
});

test('what must fail whenever it is reached is a fault at its place', () => {
  const when = 'body.ok && "yes" < 1';
  const [fault] = checkRecipe({ ...RECIPE, when }, TRIGGER_NAMES);

  expect(fault?.pointer).toBe('/when');
  expect(when.slice(fault?.start, fault?.end)).toBe('"yes" < 1');
  expect(faults({ input: { day: '{{ schedule.day }}' } }, SCHEDULE_NAMES)).toHaveLength(1);
});

test('texts are wanted of all but the input; a dedupe key may be null', () => {
  expect(faults({ objectId: '{{ headers }}' })).toEqual([
    '/objectId must give a text, but this is an object',
  ]);
  expect(faults({ objectId: '{{ null }}', labels: { a: '{{ [1] }}' } })).toEqual([
    '/objectId must give a text, but this is null',
    '/labels/a must give a text, but this is a list',
  ]);
  expect(
    faults({
      objectId: 'of {{ size(body.files) }}',
      input: '{{ headers }}',
      dedupeKey: '{{ body.again ? dyn(null) : dyn("once") }}',
    }),
  ).toEqual([]);
});

test('what does not compile is a fault before anything else', () => {
  expect(faults({ when: '"a" ==', objectId: '{{ headers }}' })).toEqual([
    expect.stringMatching(/^\/when /) as string,
  ]);
});

test('what was stored before is still compiled', () => {
  expect(compileRecipe({ ...RECIPE, when: '"push"' }, TRIGGER_NAMES).ok).toBe(true);
});
