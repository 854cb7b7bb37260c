import { expect, test } from 'vitest';
import { batchSize, nextBatch, resultTable, tallyOf, type Started } from './start_many.ts';

const rows = Array.from({ length: 2_001 }, (_, index) => ({
  line: index + 1,
  objectId: `o-${index}`,
}));

test('batches follow one another, each as large as the API takes, all with the same input', () => {
  const sizes = [];
  for (let answered = 0; answered < rows.length;) {
    const batch = nextBatch(rows, answered, { a: 1 });
    expect(batch[0]).toEqual({ objectId: `o-${answered}`, input: { a: 1 } });
    sizes.push(batch.length);
    answered += batch.length;
  }
  expect(sizes).toEqual([1_000, 1_000, 1]);
  expect(nextBatch(rows, rows.length, {})).toEqual([]);
});

test('a large input makes batches small, but never empty', () => {
  expect(batchSize('x'.repeat(100_000))).toBeLessThan(50);
  expect(batchSize('x'.repeat(9_000_000))).toBe(1);
});

test('the results are a table, quoted where they must be', () => {
  const results: Started[] = [
    { ok: true, id: 'i-1', deduplicated: false },
    { ok: true, id: 'i-2', deduplicated: true },
    {
      ok: false,
      code: 'invalid_request',
      message: 'It is not valid.',
      errors: [{ pointer: '/priority', message: 'too large, "by far"' }],
    },
  ];
  const list = [
    { line: 2, objectId: 'a' },
    { line: 3, objectId: 'b' },
    { line: 4, objectId: 'c,d' },
  ];

  expect(tallyOf(results)).toEqual({ started: 1, known: 1, refused: 1 });
  const table = resultTable(list, results);
  expect(table.split('\r\n')).toEqual([
    'line,objectId,result,instanceId,message',
    '2,a,started,i-1,',
    '3,b,deduplicated,i-2,',
    '4,"c,d",invalid_request,,"/priority too large, ""by far"""',
    '',
  ]);
});
