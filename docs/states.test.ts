/** docs/states.md is true: its tables are the engine's, and so are the words of the database. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '#db/database.ts';
import { ATTEMPT_OUTCOMES, INSTANCE_MOVES, TASK_MOVES, VERSION_STATUSES } from '#engine/states.ts';
import { statesPage } from '#scripts/states_page.ts';
import { freshDatabase } from '#test/database.ts';

const page = readFileSync(new URL('states.md', import.meta.url), 'utf8');

test('the tables are those of the code', () => {
  // `npm run docs:states` renews the page.
  expect(statesPage(page)).toBe(page);
});

test('every state, outcome and code is explained, and every state says who moves it on', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const cells = rows.flatMap((row) => row.split('|').slice(1, -1));

  expect(cells.filter((cell) => cell.trim() === '')).toEqual([]);
});

/** Only live tasks have rows; what became of the others is a letter in the state of their instance. */
const LIVE = Object.entries<readonly string[]>(TASK_MOVES)
  .filter(([, next]) => next.length > 1)
  .map(([status]) => status);

test('the checks of the tables know the same words', async () => {
  const db = openDatabase({ url: await freshDatabase() });
  const checks = await db.sql<{ name: string; text: string }[]>`
    select conname as name, pg_get_constraintdef(oid) as text
    from pg_constraint
    where contype = 'c' and conparentid = 0
  `;
  await db.close();
  const wordsOf = (wanted: string): string[] => {
    const text = checks.find(({ name }) => name === wanted)?.text ?? '';
    return [...text.matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
  };

  expect(wordsOf('instance_status_known')).toEqual(Object.keys(INSTANCE_MOVES));
  expect(wordsOf('task_status_known')).toEqual(LIVE);
  expect(wordsOf('outcome_known')).toEqual(ATTEMPT_OUTCOMES);
  expect(wordsOf('version_status_known')).toEqual(VERSION_STATUSES);
});
