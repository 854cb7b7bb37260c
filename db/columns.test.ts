import { expect, test } from 'vitest';
import { freshDatabase } from '../test/database.ts';
import { jsons, plain, texts, times } from './columns.ts';
import { openDatabase } from './database.ts';

const NASTY = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  '{a,b}',
  '"',
  '\\',
  '\\"',
  "'",
  ',',
  ' spaces ',
  'line\nbreak\ttab\r',
  '\u{1f600} ü 漢',
  '$1',
  'x'.repeat(1_000_000),
];

test('what goes in as columns comes out as rows, whatever it holds', async () => {
  const db = openDatabase({ url: await freshDatabase() });
  const values = [...NASTY, null];
  const at = new Date('2031-02-03T04:05:06.789Z');

  const rows = await db.sql`
    select text, value, number, at
    from unnest(
      ${texts(values)}::text::text[],
      ${jsons(values.map((value) => (value === null ? null : { [value]: [value] })))}::text::jsonb[],
      ${plain(values.map((_, index) => (index === 0 ? null : index)))}::text::int[],
      ${times(values.map((_, index) => (index === 0 ? null : at)))}::text::timestamptz[]
    ) with ordinality as r(text, value, number, at, place)
    order by place
  `;

  expect([...rows]).toEqual(
    values.map((value, index) => ({
      text: value,
      value: value === null ? null : { [value]: [value] },
      number: index === 0 ? null : index,
      at: index === 0 ? null : at,
    })),
  );
  await db.close();
});

test('no rows, and what Postgres cannot hold', async () => {
  const db = openDatabase({ url: await freshDatabase() });

  expect(await db.sql`select from unnest(${texts([])}::text::text[])`).toHaveLength(0);
  expect(
    await db.sql`select text from unnest(${texts(['a\u0000', '\ud800"'])}::text::text[]) as text`,
  ).toMatchObject([{ text: 'a\ufffd' }, { text: '\ufffd"' }]);
  await db.close();
});
