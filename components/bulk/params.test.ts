import { expect, test } from 'vitest';
import { NOTHING_WRITTEN, readParams } from './params.ts';

const read = (move: Parameters<typeof readParams>[0], written = {}) =>
  readParams(move, { ...NOTHING_WRITTEN, ...written });

test('each move reads what is its own', () => {
  const node = ' encode ';
  const params = (params: object) => ({ ok: true, params });

  expect(read('cancel', { node })).toEqual(params({}));
  expect(read('restart', { node })).toEqual(params({ from: 'encode' }));
  expect(read('retry-segments', { node })).toEqual(params({ task: 'encode' }));
  expect(read('run-now')).toEqual(params({}));
  expect(read('run-now', { node })).toEqual(params({ task: 'encode' }));
  expect(read('rerun', { rerun: 'published' })).toEqual(params({ version: 'published' }));
  expect(read('mark', { node, output: 'nonsense' })).toEqual(
    params({ task: 'encode', as: 'skipped' }),
  );
  expect(read('mark', { node, as: 'succeeded', output: '{"size": 1}' })).toEqual(
    params({ task: 'encode', as: 'succeeded', output: { size: 1 } }),
  );
  expect(read('change-priority', { priority: '-3' })).toEqual(params({ priority: -3 }));
  expect(read('change-version', { version: '2' })).toEqual(params({ version: 2 }));
  expect(read('edit-context', { patch: '{"a": null}' })).toEqual(params({ patch: { a: null } }));
});

test('what cannot be read is named by its field', () => {
  const fault = (field: string, name: string) => ({ ok: false, field, fault: name });

  expect(read('restart')).toEqual(fault('node', 'missing'));
  expect(read('mark')).toEqual(fault('node', 'missing'));
  expect(read('mark', { node: 'a', as: 'succeeded', output: '{' })).toEqual(
    fault('output', 'notJson'),
  );
  expect(read('change-priority', { priority: '1.5' })).toEqual(fault('priority', 'notNumber'));
  expect(read('change-version')).toEqual(fault('version', 'missing'));
  expect(read('edit-context', { patch: '[]' })).toEqual(fault('patch', 'notObject'));
});
