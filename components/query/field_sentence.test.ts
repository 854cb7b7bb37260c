import { expect, test } from 'vitest';
import { fieldSentence } from './field_sentence.ts';
import type { FieldProblem } from './problem.ts';

function said(code: string, facts?: FieldProblem['facts']) {
  return fieldSentence({ pointer: '/x', code, message: 'is wrong', facts });
}

test('what is missing is told from what has the wrong type', () => {
  expect(said('invalid_type', { expected: 'string', given: false })).toEqual({ says: 'missing' });
  expect(said('required')).toEqual({ says: 'missing' });
  expect(said('invalid_type', { expected: 'int', given: true })).toEqual({
    says: 'type',
    type: 'integer',
  });
  expect(said('type', { expected: 'array' })).toEqual({ says: 'type', type: 'list' });
  expect(said('unrecognized_keys')).toEqual({ says: 'unknown' });
});

test.each([
  ['too_small', { limit: 5, of: 'int' }, 'least'],
  ['too_small', { limit: 0, of: 'number', beyond: true }, 'above'],
  ['too_small', { limit: 2, of: 'string' }, 'shortest'],
  ['too_big', { limit: 2, of: 'string' }, 'longest'],
  ['too_big', { limit: 2, of: 'array' }, 'most_items'],
  ['minimum', { limit: 5 }, 'least'],
  ['exclusiveMaximum', { limit: 5 }, 'below'],
  ['maxLength', { limit: 5 }, 'longest'],
  ['minItems', { limit: 2 }, 'fewest'],
])('the limit of %s %o is %s', (code, facts, bound) => {
  expect(said(code, facts)).toEqual({ says: 'bound', bound, limit: facts.limit });
});

test('what must have one of something must not be empty', () => {
  expect(said('too_small', { limit: 1, of: 'string' })).toEqual({ says: 'empty' });
  expect(said('minItems', { limit: 1 })).toEqual({ says: 'empty' });
  expect(said('minimum', { limit: 1 })).toEqual({ says: 'bound', bound: 'least', limit: 1 });
});

test('values, formats and patterns are named', () => {
  expect(said('invalid_value', { values: ['fifo', 'lifo'] })).toEqual({
    says: 'values',
    values: 'fifo, lifo',
  });
  expect(said('invalid_format', { format: 'url' })).toEqual({ says: 'format', format: 'url' });
  expect(said('format', { format: 'date-time' })).toEqual({ says: 'format', format: 'time' });
  expect(said('pattern', { pattern: '^a' })).toEqual({ says: 'pattern', pattern: '^a' });
});

test('what only the API can say is left to it', () => {
  expect(said('custom')).toBeNull();
  expect(said('invalid_format', { format: 'regex' })).toBeNull();
  expect(said('type', { expected: 'constructor' })).toBeNull();
  expect(said('too_small')).toBeNull();
  expect(said('multipleOf', { limit: 2 })).toBeNull();
});
