import { expect, test } from 'vitest';
import { concerned } from './live.ts';

test('a changed instance makes lists, counts and everything about it stale', () => {
  expect(concerned({ topics: ['instances'], ids: ['a', 'b'] })).toEqual([
    ['instances'],
    ['instance', 'a'],
    ['instance', 'b'],
    ['workflows'],
    ['works'],
  ]);
});

test('what is watched by itself is read again by itself', () => {
  expect(concerned({ topics: ['instance:a'], ids: ['a'] })).toEqual([['instance', 'a']]);
});

test('a changed workflow makes its own pages stale too', () => {
  expect(concerned({ topics: ['workflows'], ids: ['image-mosaic'] })).toEqual([
    ['workflows'],
    ['workflow', 'image-mosaic'],
  ]);
});
