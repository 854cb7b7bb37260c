import { describe, expect, test } from 'vitest';
import type { Definition } from '#engine/definition.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import { simulate } from '#engine/simulate/simulate.ts';
import { momentsOf, runsAt } from './moment.ts';

const task = (key: string, more: object = {}) => ({
  key,
  type: 'task' as const,
  work: key,
  ...more,
});

const definition: Definition = {
  schemaVersion: 1,
  nodes: [
    { key: 'start', type: 'start' },
    task('a', { retry: { limit: 1, delaySeconds: 10 } }),
    task('b'),
  ],
  edges: [
    { from: 'start', to: 'a' },
    { from: 'a', to: 'b' },
  ],
};

describe('a moment of a simulation', () => {
  const answer = simulate(
    compilePlan(definition),
    { outcomes: { a: { seconds: 5, failTimes: 1 } } },
    0,
  );
  const statuses = (at: number) =>
    Object.entries(runsAt(answer, at, 0)).map(([key, { status }]) => `${key} ${status}`);

  test('shows each node as it stood then', () => {
    expect(statuses(0)).toEqual(['a running', 'b pending', 'start succeeded']);
    expect(statuses(7)[0]).toBe('a delayed');
    expect(statuses(15)[0]).toBe('a running');
    expect(statuses(20)).toEqual(['a succeeded', 'b running', 'start succeeded']);
    expect(statuses(21)[1]).toBe('b succeeded');
  });

  test('stands wherever something changed, and the nodes that all waited for are known', () => {
    expect(momentsOf(answer)).toEqual([0, 5, 15, 20, 21]);
    expect(runsAt(answer, 0, 0).b?.critical).toBe(true);
  });
});
