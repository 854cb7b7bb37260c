import { expect, test } from 'vitest';
import { draw } from '../advance/advance.fixture.ts';
import { decodeState, encodeState } from '../state.ts';
import { foldedMark, unfoldMarks } from './unfold.ts';

const marks = { start: { type: 'start' }, end: { type: 'end' } };
const { plan } = draw('start -> a -> end, start -> b -> end', marks);

const unfolded = (state: string, began = true) =>
  encodeState(unfoldMarks(plan, decodeState(state), began).state);

test('marks that the engine does without are shown behind all other nodes', () => {
  const shown = unfoldMarks(plan, decodeState('s.'), true).plan;

  expect(plan.nodes.map(({ key }) => key)).toEqual(['a', 'b']);
  expect(
    shown.nodes.map(({ key, type, parents }) => ({ key, type, after: parents.length })),
  ).toEqual([
    { key: 'a', type: 'task', after: 0 },
    { key: 'b', type: 'task', after: 0 },
    { key: 'start', type: 'start', after: 0 },
    { key: 'end', type: 'end', after: 2 },
  ]);
  expect(foldedMark(plan, 'end')?.type).toBe('end');
  expect(foldedMark(plan, 'a')).toBeUndefined();
});

test('a start has succeeded as soon as the run began; one that never began was cancelled with it', () => {
  expect(unfolded('..', false)).toBe('....');
  expect(unfolded('oo')).toBe('oos.');
  expect(unfolded('cc', false)).toBe('cccc');
});

test.each([
  ['s.', '.'],
  ['ss', 's'],
  ['sf', 'u'],
  ['fc', 'u'],
  ['sc', 'c'],
  ['uc', 'u'],
  ['cs', 'c'],
])('an end behind %s is %s', (state, end) => {
  expect(unfolded(state)).toBe(`${state}s${end}`);
});

test('a plan without such marks is shown as it is', () => {
  const whole = draw('a -> b');
  const state = decodeState('s.');

  expect(unfoldMarks(whole.plan, state, true)).toEqual({ plan: whole.plan, state });
});
