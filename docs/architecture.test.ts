/** docs/architecture.md is whole: no table is missing, and it names none that is gone. */
import { readFileSync } from 'node:fs';
import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as schema from '#db/schema.ts';

test('every table is in its list, and no other', () => {
  const page = readFileSync(new URL('architecture.md', import.meta.url), 'utf8');
  const [, section = ''] = /\n## The tables\n(.*?)\n## /s.exec(page) ?? [];
  const listed = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
    .map(([, name]) => name);
  const tables = Object.values(schema).flatMap((table) =>
    is(table, PgTable) ? [getTableName(table)] : [],
  );

  // `work_pulse` is told of beside `work`.
  expect(new Set([...listed, 'work_pulse'])).toEqual(new Set(tables));
});
