import { describe, expect, test } from 'vitest';
import { reach, walk } from './walk.ts';

const EDGES = [
  { from: 'a', to: 'b' },
  { from: 'a', to: 'c' },
  { from: 'b', to: 'd' },
  { from: 'c', to: 'd' },
];

const LAYOUT = {
  a: { x: 0, y: 100 },
  b: { x: 300, y: 0 },
  c: { x: 300, y: 180 },
  d: { x: 600, y: 100 },
  lonely: { x: 320, y: 400 },
};

describe('walk', () => {
  test('follows edges to the right and back, to the neighbour closest in height', () => {
    expect(walk('a', 'right', EDGES, LAYOUT)).toBe('c');
    expect(walk('c', 'left', EDGES, LAYOUT)).toBe('a');
  });

  test('goes up and down by place, so that unconnected nodes can be reached', () => {
    expect(walk('b', 'down', EDGES, LAYOUT)).toBe('c');
    expect(walk('c', 'down', EDGES, LAYOUT)).toBe('lonely');
    expect(walk('lonely', 'up', EDGES, LAYOUT)).toBe('c');
  });

  test('stays where nothing lies ahead', () => {
    expect(walk('d', 'right', EDGES, LAYOUT)).toBeUndefined();
    expect(walk('missing', 'right', EDGES, LAYOUT)).toBeUndefined();
  });
});

describe('reach', () => {
  test('finds everything before or after a node', () => {
    expect([...reach(['b'], EDGES, 'upstream')]).toEqual(['b', 'a']);
    expect([...reach(['b'], EDGES, 'downstream')]).toEqual(['b', 'd']);
  });

  test('ends in a cycle', () => {
    const cycle = [...EDGES, { from: 'd', to: 'a' }];

    expect(reach(['a'], cycle, 'downstream').size).toBe(4);
  });
});
