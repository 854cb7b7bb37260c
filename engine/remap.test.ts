import { describe, expect, test } from 'vitest';
import { draw } from './advance/advance.fixture.ts';
import { remap } from './remap.ts';
import { decodeState, encodeState } from './state.ts';

const route = (...keys: string[]) => ({
  type: 'route',
  cases: keys.map((key) => ({ key, when: 'input.yes' })),
});
const each = { type: 'fanout', work: 'w', items: 'input.list' };

type Drawn = ReturnType<typeof draw>;

function moved(before: Drawn, after: Drawn, state: string, handedOut: readonly number[] = []) {
  const answer = remap(before.plan, after.plan, decodeState(state), new Set(handedOut));
  return {
    state: encodeState(answer.state),
    added: answer.added,
    nodes: answer.nodes.map(({ key, from, to, status }) => `${key} ${from} > ${to} ${status}`),
    problems: answer.problems.map(({ code, message }) => `${code}: ${message}`),
  };
}

describe('a run that moves to another version', () => {
  test('takes along what ran, by key; what is new is pending, what is gone is dropped', () => {
    expect(moved(draw('a -> gone -> b -> c'), draw('new, a -> c, b'), 'skpo')).toEqual({
      // new, a, b, c
      state: '.spo;!',
      added: ['new'],
      nodes: ['a 0 > 1 succeeded', 'gone 1 > null skipped', 'b 2 > 2 skipped', 'c 3 > 3 open'],
      problems: [],
    });
  });

  test('takes along the segments of a fan-out and the branches of a route', () => {
    const before = draw('each, route', { each, route: route('yes') });
    const after = draw('route, each', { each, route: route('no', 'yes') });

    expect(moved(before, after, 'os;0=5,1,0,3;1>yes')).toMatchObject({
      state: 'so;1=5,1,0,3;0>yes;!',
      problems: [],
    });
  });

  test('cannot leave an open node behind, nor one that a worker holds', () => {
    const before = draw('a, b');

    expect(moved(before, draw('b'), 'os').problems).toEqual([
      'open_node_gone: "a" is open, and the other version has no such node',
    ]);
    expect(moved(before, draw('b'), 'os', [0]).problems).toHaveLength(1);
    expect(moved(before, draw('b'), 'so', [1]).problems).toEqual([
      'handed_out: "b" is with a worker; let it end first, or cancel it',
    ]);
    expect(moved(before, draw('b'), 'so').problems).toEqual([]);
  });

  test('cannot make one type of node of another once it has begun', () => {
    const after = draw('a', { a: { type: 'wait', seconds: 1 } });

    expect(moved(draw('a'), after, 's').problems).toEqual([
      'other_type: "a" is of type task; in the other version it is of type wait',
    ]);
    expect(moved(draw('a'), after, 'o').problems).toHaveLength(1);
    expect(moved(draw('a'), after, '.').problems).toEqual([]);
    expect(moved(draw('a'), after, 'p').problems).toEqual([]);
  });

  test('cannot give what is open to another work; what has ended does not care', () => {
    const after = draw('a', { a: { work: 'other' } });

    expect(moved(draw('a'), after, 'o').problems).toEqual([
      'other_work: "a" waits for work "a"; in the other version it is work "other"',
    ]);
    expect(moved(draw('a'), after, 's').problems).toEqual([]);
    expect(moved(draw('a'), draw('a'), 'o').problems).toEqual([]);
  });

  test('cannot have taken a branch that is not there', () => {
    const before = draw('r', { r: route('yes', 'no') });
    const after = draw('r', { r: route('no') });

    expect(moved(before, after, 's;0>no,yes').problems).toEqual([
      'branch_gone: "r" took branch "yes", which the other version does not have',
    ]);
    expect(moved(before, after, 's;0>no').problems).toEqual([]);
    expect(moved(before, after, 's;0>default').problems).toEqual([]);
  });
});
