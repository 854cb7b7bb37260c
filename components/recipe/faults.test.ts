import { expect, test } from 'vitest';
import type { Json } from '#engine/json.ts';
import { compileRecipe } from '#engine/schedule/recipe.ts';
import { recipeFault } from './faults.ts';

function compiled(objectId: string, input: Json) {
  return compileRecipe({ objectId, input, labels: {}, dedupeKey: null, when: null }, ['schedule']);
}

test('a fault is said at its field, with its place inside of it', () => {
  const unknown = compiled('{{ body.x }}', {});
  const unfinished = compiled('one', { clip: { day: '{{ schedule. }}' } });

  expect(recipeFault(unknown, '/objectId')).toMatch(/^4–7: "body" is not known here/);
  expect(recipeFault(unfinished, '/input')).toMatch(/^clip\/day: Expected/);
});

test('a field without a fault says nothing', () => {
  expect(recipeFault(compiled('{{ body.x }}', {}), '/object')).toBeUndefined();
  expect(recipeFault(compiled('one', {}), '/input')).toBeUndefined();
});
