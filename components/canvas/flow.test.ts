import { describe, expect, test } from 'vitest';
import type { NodeRun } from './cards/card.ts';
import { passageOf, shapesOf } from './flow.ts';

function run(status: NodeRun['status'], branches?: string[]): NodeRun {
  const rest = { attempts: 1, startedAt: null, finishedAt: null, progress: null, segments: null };
  return { status, ...rest, ...(branches && { branches }) };
}

describe('the passage of an edge', () => {
  const edge = { from: 'a', to: 'b' };
  const small = { ...edge, branch: 'small' };

  test('is told by its two ends', () => {
    expect(passageOf(edge, undefined, true)).toBeUndefined();
    expect(passageOf(edge, { a: run('running'), b: run('pending') }, true)).toBe('open');
    expect(passageOf(edge, { a: run('succeeded'), b: run('running') }, true)).toBe('passed');
    expect(passageOf(edge, { a: run('failed'), b: run('upstream_failed') }, true)).toBe('skipped');
    expect(passageOf(edge, { a: run('succeeded'), b: run('cancelled') }, true)).toBe('passed');
    expect(passageOf(edge, { a: run('cancelled'), b: run('cancelled') }, true)).toBe('open');
  });

  test('out of a route is told by the branches it took', () => {
    const b = run('succeeded');

    expect(passageOf(small, { a: run('succeeded', ['small']), b }, false)).toBe('passed');
    expect(passageOf(small, { a: run('succeeded', ['default']), b }, false)).toBe('skipped');
  });

  test('out of a route that keeps its branches to itself is sure only where there is one way', () => {
    const runs = { a: run('succeeded'), b: run('succeeded') };

    expect(passageOf(small, runs, true)).toBe('passed');
    expect(passageOf(small, runs, false)).toBe('open');
  });
});

describe('the shape of a node', () => {
  const route = {
    key: 'r',
    type: 'route' as const,
    cases: [{ key: 'yes', when: 'true' }, { when: 'no key yet' }, 'nonsense'],
  };

  test('has a port for every case, the default, and every branch that only an edge knows', () => {
    const edges = [
      { from: 'r', to: 'x', branch: 'yes' },
      { from: 'r', to: 'x', branch: 'gone' },
      { from: 'r', to: 'x' },
    ];
    const exits = shapesOf([route], edges).get('r')?.exits;

    expect(exits?.map(({ branch, known }) => [branch, known])).toEqual([
      ['yes', true],
      ['default', true],
      ['gone', false],
      [undefined, false],
    ]);
  });

  test('stays the same value while neither the node nor its branches change', () => {
    const edges = [{ from: 'r', to: 'x', branch: 'yes' }];

    expect(shapesOf([route], edges).get('r')).toBe(shapesOf([route], [...edges]).get('r'));
    expect(shapesOf([route], []).get('r')).not.toBe(shapesOf([route], edges).get('r'));
  });
});
