/** docs/glossary.md is true: every row and every JSON field that it names exists, and no word of the engine is missing. */
import { readFileSync } from 'node:fs';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as tables from '#db/schema.ts';
import { TRIGGER_RULES } from '#engine/definition.ts';
import {
  ATTEMPT_OUTCOMES,
  FAILURE_CODES,
  INSTANCE_STATUSES,
  TASK_STATUSES,
  VERSION_STATUSES,
} from '#engine/states.ts';
import { report } from '#operations/tasks/reports.ts';
import { testApi } from '#test/api.ts';

const glossary = readFileSync(new URL('glossary.md', import.meta.url), 'utf8');
const states = readFileSync(new URL('states.md', import.meta.url), 'utf8');

/** The four cells of each word's line. */
const words = glossary
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** What stands in backquotes in one column of all lines. */
function namedIn(column: number): string[] {
  return words.flatMap((cells) =>
    [...(cells[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

test('every word has a line of four cells, and one line only', () => {
  const terms = words.map(([term]) => term);

  expect(words.filter((cells) => cells.length !== 4)).toEqual([]);
  expect(terms).toEqual([...new Set(terms)]);
});

test('every row that is named is a table or a column of one', () => {
  const known = Object.values(tables)
    .filter((value) => is(value, PgTable))
    .flatMap((table) => [
      getTableName(table),
      ...Object.values(getTableColumns(table)).map(({ name }) => `${getTableName(table)}.${name}`),
    ]);

  expect(namedIn(2).filter((name) => !known.includes(name))).toEqual([]);
});

type Schema = { readonly properties?: object; readonly allOf?: readonly Schema[] };

test('every JSON name is a schema of the API or a field of one', async () => {
  const { get } = await testApi();
  const { body } = await get('/openapi.json');
  const schemas = body.components.schemas as Record<string, Schema>;
  const known = Object.entries(schemas).flatMap(([name, schema]) => [
    name,
    ...[schema, ...(schema.allOf ?? [])].flatMap(({ properties = {} }) =>
      Object.keys(properties).map((field) => `${name}.${field}`),
    ),
  ]);

  expect(namedIn(3).filter((name) => !known.includes(name))).toEqual([]);
});

test.each([
  ['states of tasks', TASK_STATUSES],
  ['states of instances', INSTANCE_STATUSES],
  ['states of versions', VERSION_STATUSES],
  ['outcomes of attempts', ATTEMPT_OUTCOMES],
  ['failure codes', FAILURE_CODES],
  ['trigger rules', TRIGGER_RULES],
  ['types of reports', report.options.map(({ shape }) => shape.type.value)],
])('all %s occur in the glossary or on the page of states', (_what, all) => {
  expect(all.filter((word) => !`${glossary}\n${states}`.includes(`\`${word}\``))).toEqual([]);
});
