import { expect, test } from 'vitest';
import type { Definition, DefinitionNode } from '../definition.ts';
import { comparePlan } from './compare.ts';

const task = (key: string, more: object = {}) =>
  ({ key, type: 'task', work: key, ...more }) as DefinitionNode;

const definition: Definition = {
  schemaVersion: 1,
  nodes: [
    { key: 'start', type: 'start' },
    task('a'),
    task('off', { disabled: true }),
    task('b'),
    task('c'),
    task('lost'),
    { key: 'end', type: 'end' },
  ],
  edges: [
    ['start', 'a'],
    ['a', 'off'],
    ['off', 'b'],
    ['b', 'c'],
    ['a', 'c'],
    ['c', 'end'],
  ].map(([from = '', to = '']) => ({ from, to })),
};

test('a plan beside its definition says what was left out, and why', () => {
  const { plan, removed } = comparePlan(definition);

  expect(plan.nodes.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  expect(plan.edges.map(({ from, to }) => `${from} > ${to}`)).toEqual(['a > b', 'b > c']);
  expect(removed.map(({ kind, node, edge, via }) => [kind, node ?? edge, via])).toEqual([
    ['folded', 'start', null],
    ['disabled', 'off', null],
    ['unreachable', 'lost', null],
    ['folded', 'end', null],
    ['redundant_edge', { from: 'a', to: 'c' }, ['b']],
  ]);
  expect(removed.map(({ reason }) => reason)).toEqual([
    '"start" always succeeds first: what lies behind it can begin at once.',
    '"off" is disabled: its neighbours are joined.',
    'No start node leads to "lost".',
    '"end" only passes on what became of the nodes before it: they decide themselves.',
    '"c" waits for "a" anyway, by way of "b".',
  ]);
});

test('both graphs say the rules of their nodes and the branches of their edges', () => {
  const { definition: drawn, plan } = comparePlan({
    schemaVersion: 1,
    nodes: [
      task('b', { trigger: 'one_done' }),
      { key: 'r', type: 'route', cases: [{ key: 'yes', when: 'true' }] },
    ],
    edges: [{ from: 'r', to: 'b', branch: 'yes' }],
  });
  const r = { key: 'r', type: 'route', trigger: 'all_success' };
  const b = { key: 'b', type: 'task', trigger: 'one_done' };
  const edges = [{ from: 'r', to: 'b', branch: 'yes' }];

  expect(drawn).toEqual({ nodes: [b, r], edges });
  expect(plan).toEqual({ nodes: [r, b], edges });
});

test('an edge that others imply is explained by a shortest way', () => {
  const run = ['a -> b', 'b -> c', 'c -> d', 'a -> x', 'x -> d', 'a -> d'];
  const { removed } = comparePlan({
    schemaVersion: 1,
    nodes: ['a', 'b', 'c', 'x', 'd'].map((key) => task(key)),
    edges: run.map((edge) => {
      const [from = '', to = ''] = edge.split(' -> ');
      return { from, to };
    }),
  });

  expect(removed.map(({ edge, via }) => [edge, via])).toEqual([[{ from: 'a', to: 'd' }, ['x']]]);
});
