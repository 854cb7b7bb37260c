import { expect, test } from 'vitest';
import { readStartList, writeStartList } from './start_list.ts';

test('a text without a header is one object id a line, commas and all', () => {
  expect(readStartList('\uFEFFa.mp4\r\n\r\n  b, c.mp4 \n"d"')).toEqual({
    rows: [
      { line: 1, objectId: 'a.mp4' },
      { line: 3, objectId: 'b, c.mp4' },
      { line: 4, objectId: '"d"' },
    ],
    faults: [],
  });
});

test('a table says more of each object; empty cells say nothing', () => {
  const text =
    'objectId,priority,label:customer,runAt\r\na,5,acme,2026-01-02T03:04:05Z\r\nb,,,\r\n';

  expect(readStartList(text)).toEqual({
    rows: [
      {
        line: 2,
        objectId: 'a',
        priority: 5,
        labels: { customer: 'acme' },
        runAt: '2026-01-02T03:04:05Z',
      },
      { line: 3, objectId: 'b' },
    ],
    faults: [],
  });
});

test.each([';', '\t'])('a table may be separated by %j', (separator) => {
  const text = [`priority${separator}objectId`, `1${separator}a,b`].join('\n');
  expect(readStartList(text).rows).toEqual([{ line: 2, objectId: 'a,b', priority: 1 }]);
});

test('quoted cells may hold separators, quotes and line breaks; lines are counted on', () => {
  const text = '"objectId",label:x\n"a,""b""","two\nlines"\nc,d';

  expect(readStartList(text).rows).toEqual([
    { line: 2, objectId: 'a,"b"', labels: { x: 'two\nlines' } },
    { line: 4, objectId: 'c', labels: { x: 'd' } },
  ]);
});

test('each fault is told with its line; the other rows are read', () => {
  const text = 'objectId,priority,runAt\na,high,\n,1,\nb,1,tomorrow\nc,1,,4\nd,2,';

  expect(readStartList(text)).toEqual({
    rows: [{ line: 6, objectId: 'd', priority: 2 }],
    faults: [
      { line: 2, code: 'not_a_priority', value: 'high' },
      { line: 3, code: 'no_object_id', value: '' },
      { line: 4, code: 'not_a_time', value: 'tomorrow' },
      { line: 5, code: 'too_many_cells', value: '4' },
    ],
  });
});

test.each([
  ['objectId,colour\na,red', 'unknown_column', 'colour', 1],
  ['objectId,label:\na,red', 'unknown_column', 'label:', 1],
  ['objectId,objectId\na,b', 'column_twice', 'objectId', 1],
  ['objectId\na\n"b\nc', 'open_quote', '', 3],
] as const)('of %j it says %s', (text, code, value, line) => {
  expect(readStartList(text).faults).toContainEqual({ line, code, value });
});

test('what is written is read again as it was', () => {
  const rows = [
    { line: 2, objectId: 'a,"b"', priority: 5, labels: { team: 'x;y' } },
    { line: 3, objectId: 'c', dedupeKey: 'c-1' },
  ];

  expect(readStartList(writeStartList(rows))).toEqual({ rows, faults: [] });
  expect(writeStartList([])).toBe('');
});
