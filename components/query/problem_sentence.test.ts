import { expect, test } from 'vitest';
import { toProblem } from './problem.ts';
import { sentenceOf } from './problem_sentence.ts';

function refused(status: number, code: string, more: object = {}) {
  return sentenceOf(toProblem(status, JSON.stringify({ status, code, detail: 'No.', ...more })));
}

test('what is not there is named where the facts name it', () => {
  expect(refused(404, 'not_found', { workflow: 'cut' })).toEqual({
    says: 'no_workflow',
    key: 'cut',
  });
  expect(refused(404, 'not_found', { work: 'glue' })).toEqual({ says: 'no_work', key: 'glue' });
  expect(refused(404, 'not_found', { workflow: 'cut', version: 3 })).toEqual({
    says: 'plain',
    key: 'not_found',
  });
  expect(refused(404, 'not_found')).toEqual({ says: 'plain', key: 'not_found' });
});

test('who saved meanwhile is named; a draft that is gone has nobody', () => {
  expect(refused(412, 'etag_mismatch', { updatedBy: 'user:Li Lei' })).toEqual({
    says: 'etag_mismatch',
    who: 'Li Lei',
  });
  expect(refused(412, 'etag_mismatch', { updatedBy: null })).toEqual({
    says: 'plain',
    key: 'draft_gone',
  });
});

test('of conflicts, a move in a wrong state and a key that is taken have sentences', () => {
  expect(refused(409, 'conflict', { move: 'cancel', instanceStatus: 'failed' })).toEqual({
    says: 'move',
    move: 'cancel',
  });
  expect(refused(409, 'conflict', { move: 'fly' })).toBeNull();
  const errors = [{ pointer: '/key', code: 'conflict', message: 'is taken already' }];
  expect(refused(409, 'conflict', { errors })).toEqual({ says: 'plain', key: 'taken' });
  expect(refused(409, 'conflict')).toBeNull();
});

test('a definition is said to have so many errors; warnings do not count', () => {
  const problems = [
    { code: 'a', severity: 'warning', message: 'Hm.' },
    { code: 'b', severity: 'error', message: 'No end.' },
    { code: 'c', severity: 'error', message: 'No start.' },
  ];
  const said = { count: 2, first: problems[1] };
  expect(refused(422, 'invalid_definition', { problems })).toEqual({
    says: 'invalid_definition',
    ...said,
  });
  expect(refused(422, 'invalid_definition', { problems, asDraft: false })).toEqual({
    says: 'unimportable',
    ...said,
  });
});

test('fields are said one by one; what has no sentence is left to the API', () => {
  const errors = [{ pointer: '/x', code: 'too_small', message: 'must not be empty' }];
  expect(refused(422, 'invalid_request', { errors })).toEqual({ says: 'invalid_request', errors });
  expect(refused(422, 'invalid_request')).toBeNull();
  expect(refused(409, 'stale_attempt')).toBeNull();
});
