import { expect, test } from 'vitest';
import { fieldError, formError, toProblem } from './problem.ts';

const REFUSED = toProblem(
  422,
  JSON.stringify({
    type: '/problems/invalid_request',
    title: 'Invalid request',
    status: 422,
    code: 'invalid_request',
    detail: 'The input does not fit.',
    instance: 'req-1',
    errors: [
      { pointer: '/objectId', code: 'too_small', message: 'must not be empty' },
      { pointer: '/input/tile', code: 'minimum', message: 'must be 32 or more' },
      { pointer: '/input/at/0/x', code: 'type', message: 'must be a number' },
    ],
    workflow: 'image-mosaic',
  }),
);

test('a refusal keeps its code, its sentence, its fields and its facts', () => {
  expect(REFUSED).toMatchObject({
    status: 422,
    code: 'invalid_request',
    message: 'The input does not fit.',
    requestId: 'req-1',
    facts: { workflow: 'image-mosaic' },
  });
});

test('what is no problem of ours is a bad answer', () => {
  expect(toProblem(502, '<html>Bad Gateway</html>')).toMatchObject({
    status: 502,
    code: 'bad_answer',
  });
});

test('each field gets its own faults, with the place of those further inside', () => {
  expect(fieldError(REFUSED, '/objectId')).toBe('must not be empty');
  expect(fieldError(REFUSED, '/input')).toBe('tile: must be 32 or more\nat/0/x: must be a number');
  expect(fieldError(REFUSED, '/input/til')).toBeUndefined();
  expect(fieldError(new Error('offline'), '/objectId')).toBeUndefined();
});

test('the form as a whole says only what no field of it says', () => {
  expect(formError(REFUSED, ['/objectId', '/input'])).toBeUndefined();
  expect(formError(REFUSED, ['/objectId', '/input/tile'])).toBe('/input/at/0/x must be a number');
  expect(formError(new Error('offline'), ['/objectId'])).toBe('offline');
  expect(formError(null, [])).toBeUndefined();
});
