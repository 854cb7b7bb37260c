import { describe, expect, test } from 'vitest';
import type { Definition } from '../definition.ts';
import { compilePlan } from './compile.ts';

function define(nodes: Definition['nodes'], edges: [string, string, string?][]): Definition {
  return {
    schemaVersion: 1,
    nodes,
    edges: edges.map(([from, to, branch]) => ({ from, to, ...(branch ? { branch } : {}) })),
  };
}
const task = (key: string, more: object = {}) => ({
  key,
  type: 'task' as const,
  work: key,
  ...more,
});

describe('a plan', () => {
  test('addresses nodes in topological order, ties in the order of the definition', () => {
    const plan = compilePlan(
      define(
        [task('join'), task('b'), task('a'), task('first')],
        [
          ['first', 'a'],
          ['first', 'b'],
          ['a', 'join'],
          ['b', 'join'],
        ],
      ),
    );

    expect(plan.nodes.map(({ key }) => key)).toEqual(['first', 'a', 'b', 'join']);
    expect(plan.nodes.map(({ parents }) => parents.map(({ node }) => node))).toEqual([
      [],
      [0],
      [0],
      [1, 2],
    ]);
    expect(plan.nodes.map(({ children }) => children)).toEqual([[1, 2], [3], [3], []]);
  });

  test('leaves disabled nodes out and joins their neighbours, keeping the branch of a route', () => {
    const plan = compilePlan(
      define(
        [
          { key: 'route', type: 'route', cases: [{ key: 'yes', when: 'true' }] },
          task('off', { disabled: true }),
          task('also_off', { disabled: true }),
          task('end'),
        ],
        [
          ['route', 'off', 'yes'],
          ['off', 'also_off'],
          ['also_off', 'end'],
          ['route', 'end', 'default'],
        ],
      ),
    );

    expect(plan.nodes.map(({ key }) => key)).toEqual(['route', 'end']);
    expect(plan.nodes[1]?.parents).toEqual([
      { node: 0, branch: 'default' },
      { node: 0, branch: 'yes' },
    ]);
  });

  test('applies the defaults of the definition, once', () => {
    const plan = compilePlan(define([{ ...task('a'), type: 'fanout', items: 'range(3)' }], []));

    expect(plan.nodes[0]).toMatchObject({
      trigger: 'all_success',
      delaySeconds: 0,
      tolerated: false,
      maxParallel: 0,
      tolerance: { count: 0, percent: 0 },
    });
  });

  test('is refused for a cycle', () => {
    expect(() =>
      compilePlan(
        define(
          [task('a'), task('b')],
          [
            ['a', 'b'],
            ['b', 'a'],
          ],
        ),
      ),
    ).toThrow('cycle');
  });
});
