import { describe, expect, test } from 'vitest';
import { run, task, times } from './simulate.fixture.ts';

/** All of them are tasks of one work, of which one may run at a time. */
const of = (key: string, more: object = {}) => task(key, { work: 'w', ...more });
const ONE = { works: { w: { maxConcurrent: 1 } } };

const order = (answer: Parameters<typeof times>[0]) => times(answer).map(([key]) => key);

describe('a slot that becomes free', () => {
  test('goes by priority, then by the place in the plan, then by the segment', () => {
    const answer = run(
      [of('a'), of('b'), of('c', { priority: 5 }), of('f', { type: 'fanout', items: 'range(2)' })],
      'a, b, c, f',
      ONE,
    );

    expect(order(answer)).toEqual(['a', 'c', 'b', 'f_0', 'f_1']);
    expect(answer.seconds).toBe(5);
  });

  test('is also for what the task that had it has opened', () => {
    const answer = run([of('a'), of('urgent', { priority: 5 }), of('z')], 'a -> urgent, z', ONE);

    expect(times(answer)).toEqual([
      ['a', 0, 1],
      ['urgent', 1, 2],
      ['z', 2, 3],
    ]);
  });

  test('goes to nobody when the run is over', () => {
    const answer = run(
      [of('a'), of('f', { type: 'fanout', items: 'range(2)' }), task('x')],
      'a, f, x',
      { ...ONE, outcomes: { a: { outcome: 'failed' }, x: { seconds: 9 } } },
      { onTaskFailure: 'stop' },
    );

    expect(
      answer.timeline.map(({ node, segment, number, outcome }) => [node, segment, number, outcome]),
    ).toEqual([
      ['a', null, 1, 'failed'],
      ['f', 0, 0, 'cancelled'],
      ['f', 1, 0, 'cancelled'],
      ['x', null, 1, 'cancelled'],
    ]);
    expect(answer.nodes.map(({ key, startedAt }) => [key, startedAt])).toEqual([
      ['a', 0],
      ['f', null],
      ['x', 0],
    ]);
  });

  test('is free while a task waits for its next try, and taken again by it', () => {
    const answer = run(
      [of('a', { retry: { limit: 1, delaySeconds: 5 } }), of('b'), of('c')],
      'a, b, c',
      { ...ONE, outcomes: { a: { failTimes: 1 }, b: { seconds: 10 } } },
    );

    // It is first in line by the time that it may begin again.
    expect(times(answer)).toEqual([
      ['a', 0, 1],
      ['b', 1, 11],
      ['a', 11, 12],
      ['c', 12, 13],
    ]);
  });
});
