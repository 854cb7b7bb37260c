import { expect, test } from 'vitest';
import { bodyOf, faultsOf, newRule, suggestionsFor, unknownKeys } from './rule_form.ts';

test('what is written becomes what the API takes; what is left empty is left out', () => {
  const written = {
    ...newRule('backlog', ['c']),
    name: ' Films wait ',
    works: 'cut，glue, join',
    params: { count: '5', olderThanSeconds: ' ' },
  };

  expect(faultsOf(written)).toEqual({});
  expect(bodyOf(written, true)).toEqual({
    name: 'Films wait',
    kind: 'backlog',
    params: { count: 5, of: 'tasks' },
    level: 'warning',
    quietSeconds: 600,
    workflows: [],
    works: ['cut', 'glue', 'join'],
    channels: ['c'],
  });
});

test('each number that cannot be is named, with what it must be', () => {
  const rate = newRule('failure_rate', []);

  expect(
    faultsOf({
      ...rate,
      params: { percent: '101', windowSeconds: 'soon', minimum: '1.5' },
      quietSeconds: '-1',
    }),
  ).toEqual({
    percent: { says: 'most', limit: 100 },
    windowSeconds: { says: 'number' },
    minimum: { says: 'whole' },
    quietSeconds: { says: 'least', limit: 0 },
  });
  expect(faultsOf({ ...rate, params: { ...rate.params, percent: '' } })).toEqual({
    percent: { says: 'missing' },
  });
});

test('of two numbers of which one is needed, the first says that both are missing', () => {
  expect(faultsOf({ ...newRule('backlog', []), params: { count: '' } })).toEqual({
    count: { says: 'oneOf' },
  });
});

const KNOWN = [
  { key: 'cut', name: 'Cut' },
  { key: 'glue', name: 'Glue' },
];

test('keys of which there is nothing are named, unless there is more than is known', () => {
  expect(unknownKeys('cut，glued #http', { data: KNOWN, nextCursor: null })).toEqual(['glued']);
  expect(unknownKeys('glued', { data: KNOWN, nextCursor: 'more' })).toEqual([]);
  expect(unknownKeys('glued', undefined)).toEqual([]);
});

test('the last key is completed, and none is proposed twice', () => {
  expect(suggestionsFor('', KNOWN).map(({ value }) => value)).toEqual(['cut', 'glue']);
  expect(suggestionsFor('cut, g', KNOWN)).toEqual([{ value: 'cut, glue', label: 'Glue' }]);
});
