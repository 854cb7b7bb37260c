import { expect, test } from 'vitest';
import { differencesOf, isEmpty } from './diff.ts';

const BEFORE = {
  schemaVersion: 1,
  nodes: [
    { key: 'a', type: 'task' as const, work: 'x', retry: { limit: 1, backoff: 'fixed' } },
    { key: 'b', type: 'task' as const, work: 'y' },
  ],
  edges: [{ from: 'a', to: 'b' }],
  layout: { a: { x: 0, y: 0 } },
};

test('names what came, went and changed', () => {
  const after = {
    ...BEFORE,
    timeoutSeconds: 60,
    nodes: [
      {
        key: 'a',
        type: 'task' as const,
        work: 'z',
        retry: { limit: 1, backoff: 'fixed' },
        name: 'A',
      },
      { key: 'c', type: 'end' as const },
    ],
    edges: [{ from: 'a', to: 'c' }],
  };

  expect(differencesOf(BEFORE, after)).toEqual({
    addedNodes: [{ key: 'c', type: 'end' }],
    removedNodes: [BEFORE.nodes[1]],
    changedNodes: [{ node: after.nodes[0], fields: ['work', 'name'] }],
    addedEdges: [{ from: 'a', to: 'c' }],
    removedEdges: [{ from: 'a', to: 'b' }],
    settings: ['timeoutSeconds'],
  });
});

test('places and the order of members are no difference', () => {
  const after = {
    layout: { a: { x: 99, y: 0 }, b: { x: 1, y: 1 } },
    edges: BEFORE.edges,
    nodes: [
      { type: 'task' as const, key: 'a', retry: { backoff: 'fixed', limit: 1 }, work: 'x' },
      BEFORE.nodes[1] ?? { key: 'b', type: 'task' as const },
    ],
    schemaVersion: 1,
  };

  expect(isEmpty(differencesOf(BEFORE, after))).toBe(true);
});
