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
  expect(removed.at(-1)?.reason).toBe('"c" waits for "a" anyway, by way of "b".');
});
