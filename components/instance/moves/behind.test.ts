import { expect, test } from 'vitest';
import { behind } from './behind.ts';

test('a node and all that any way leads to from it', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'd' },
    { from: 'c', to: 'd' },
    { from: 'd', to: 'e' },
  ];

  expect([...behind('b', edges)].toSorted()).toEqual(['b', 'd', 'e']);
  expect([...behind('e', edges)]).toEqual(['e']);
});
