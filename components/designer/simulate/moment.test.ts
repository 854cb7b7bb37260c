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

  test('shows for how long a wait has waited', () => {
    const wait: Definition = {
      schemaVersion: 1,
      nodes: [{ key: 'w', type: 'wait', seconds: 30 }],
      edges: [],
    };
    const waited = simulate(compilePlan(wait), {}, 0);
    const at = (moment: number) => runsAt(waited, moment, 0).w;

    expect(at(10)).toMatchObject({
      status: 'delayed',
      startedAt: '1970-01-01T00:00:00.000Z',
      finishedAt: '1970-01-01T00:00:10.000Z',
    });
    expect(at(30)).toMatchObject({
      status: 'succeeded',
      finishedAt: '1970-01-01T00:00:30.000Z',
    });
  });

  test('stands wherever something changed, and the nodes that all waited for are known', () => {
    expect(momentsOf(answer)).toEqual([0, 5, 15, 20, 21]);
    expect(runsAt(answer, 0, 0).b?.critical).toBe(true);
  });
});
