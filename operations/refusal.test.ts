import { expect, test } from 'vitest';
import * as z from 'zod';
import { checkSchema } from './json_schema.ts';
import { CHECKS, fieldErrors } from './refusal.ts';

function ofRequest(field: z.ZodType, value: unknown) {
  const read = z.strictObject({ field }).safeParse({ field: value }, CHECKS);
  return read.success ? [] : fieldErrors(read.error).map(({ message, facts }) => [message, facts]);
}

test('a fault in a request says in facts what its message names', () => {
  expect(ofRequest(z.string(), undefined)).toEqual([
    ['is missing', { expected: 'string', given: false }],
  ]);
  expect(ofRequest(z.int(), 1.5)).toEqual([
    ['must be a whole number', { expected: 'int', given: true }],
  ]);
  expect(ofRequest(z.string().min(2), 'x')).toEqual([
    ['must be at least 2 characters long', { limit: 2, of: 'string' }],
  ]);
  expect(ofRequest(z.number().positive(), 0)).toEqual([
    ['must be more than 0', { limit: 0, of: 'number', beyond: true }],
  ]);
  expect(ofRequest(z.enum(['fifo', 'lifo']), 'x')).toEqual([
    ['must be one of "fifo", "lifo"', { values: ['fifo', 'lifo'] }],
  ]);
  expect(ofRequest(z.uuid(), 'x')).toEqual([['must be a UUID', { format: 'uuid' }]]);
  expect(
    ofRequest(
      z.string().refine(() => false, 'goes with fifo only'),
      'x',
    ),
  ).toEqual([['goes with fifo only', undefined]]);
});

test('a fault in an input says in facts what its schema asks for', () => {
  const properties = {
    count: { type: 'integer' },
    name: { minLength: 3 },
    order: { enum: ['fifo', 'lifo'] },
    at: { format: 'date-time' },
    key: { pattern: '^a' },
  };
  const input = { count: 'x', name: 'x', order: 'x', at: 'x', key: 'x' };
  const errors = checkSchema({ properties, required: ['missing'] }, input, '');

  expect(Object.fromEntries(errors.map(({ pointer, facts }) => [pointer, facts]))).toEqual({
    '/missing': undefined,
    '/count': { expected: 'integer' },
    '/name': { limit: 3 },
    '/order': { values: ['fifo', 'lifo'] },
    '/at': { format: 'date-time' },
    '/key': { pattern: '^a' },
  });
});
