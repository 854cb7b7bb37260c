import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { beginReading, has, takeCount, takeFlag, takeSeconds, takeText } from './source.ts';

/** What is read of a value, and whether something is said about it. */
function reading<T>(
  take: (reading: ReturnType<typeof beginReading>, source: { value: Json; pointer: string }) => T,
) {
  return (value: Json): [T, number] => {
    const notes = beginReading();
    const taken = take(notes, { value, pointer: '/it' });
    return [taken, notes.notCarried.length];
  };
}

test('null is nothing', () => {
  expect([null, undefined, 0, '', false].map((value) => has({ value, pointer: '' }))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('a count is a whole number within its limit, also as a text; what is none is said so', () => {
  const count = reading((notes, source) => takeCount(notes, source, 10));

  expect([0, 7, '7', 10].map(count)).toEqual([
    [0, 0],
    [7, 0],
    [7, 0],
    [10, 0],
  ]);
  expect(count(11)).toEqual([10, 1]);
  expect([null, ''].map(count)).toEqual([
    [undefined, 0],
    [undefined, 0],
  ]);
  for (const wrong of [-1, 1.5, 'many', true, [1]]) {
    expect(count(wrong)).toEqual([undefined, 1]);
  }
});

test('no seconds are no limit', () => {
  const seconds = reading(takeSeconds);
  expect([0, '0', 5].map(seconds)).toEqual([
    [undefined, 0],
    [undefined, 0],
    [5, 0],
  ]);
});

test('what is no text and no flag is said so', () => {
  const [text, flag] = [reading(takeText), reading(takeFlag)];
  expect(['a', '', null].map(text)).toEqual([
    ['a', 0],
    [undefined, 0],
    [undefined, 0],
  ]);
  expect(text(7)).toEqual([undefined, 1]);
  expect([true, false, null].map(flag)).toEqual([
    [true, 0],
    [false, 0],
    [false, 0],
  ]);
  expect(flag('true')).toEqual([false, 1]);
});
