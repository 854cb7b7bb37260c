import { expect, test } from 'vitest';
import type { Json } from '#engine/json.ts';
import { checkRecipe, type RecipeFault } from '#engine/schedule/check_recipe.ts';
import { faultsAt } from './faults.ts';

const say = ({ message }: RecipeFault) => message;

function checked(objectId: string, input: Json) {
  return checkRecipe({ objectId, input, labels: {}, dedupeKey: null, when: null }, ['schedule']);
}

test('a fault is said at its field, with its place inside of it', () => {
  const unknown = checked('{{ body.x }}', {});
  const unfinished = checked('one', { clip: { day: '{{ schedule. }}' } });

  expect(faultsAt(unknown, say, '/objectId')).toMatch(/^4–7: "body" is not known here/);
  expect(faultsAt(unfinished, say, '/input')).toMatch(/^clip\/day: Expected/);
});

test('a field without a fault says nothing', () => {
  expect(faultsAt(checked('{{ body.x }}', {}), say, '/object')).toBeUndefined();
  expect(faultsAt(checked('one', {}), say, '/input')).toBeUndefined();
});
