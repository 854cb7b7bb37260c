import { expect, test } from 'vitest';
import { slicesOf } from './slices.ts';

const states = (...list: string[]) => list.map((state) => ({ state }));

test('instances are cut by their nodes and segments, and keep their order', () => {
  const list = states('sss', 'f;0=5,0,5', 'ss', 'f;0=20,0,20', 's', 'ff;0=3,0,3;1=3,0,3;!', 's');

  expect(slicesOf(list, 10).map((slice) => slice.map(({ state }) => state))).toEqual([
    ['sss', 'f;0=5,0,5'],
    ['ss'],
    ['f;0=20,0,20'],
    ['s', 'ff;0=3,0,3;1=3,0,3;!', 's'],
  ]);
});

test('a state that cannot be read has its place too, and none make no slice', () => {
  expect(slicesOf(states('?', 'o?;x;0=', ''), 10)).toHaveLength(1);
  expect(slicesOf([], 10)).toEqual([]);
});
