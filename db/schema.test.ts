import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '#test/database.ts';
import { openDatabase, SCHEMA, type Database } from './database.ts';
import * as schema from './schema.ts';

let db: Database;

beforeAll(async () => {
  db = openDatabase({ url: await freshDatabase() });
});
afterAll(() => db.close());

const mirrored = Object.values(schema).filter((value) => is(value, PgTable));

test('the mirror has every table and column of the database, with its type, nullability and key', async () => {
  const columns = await db.sql`
    select
      c.table_name as "table", c.column_name as column, c.is_nullable = 'NO' as "notNull",
      format_type(a.atttypid, a.atttypmod) as type
    from information_schema.columns c
    join pg_attribute a
      on a.attrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
      and a.attname = c.column_name
    join pg_class t on t.oid = a.attrelid and not t.relispartition
    where c.table_schema = ${SCHEMA} and c.table_name <> 'migration'
  `;
  const keys = await db.sql`
    select table_name as "table", array_agg(column_name order by ordinal_position) as columns
    from information_schema.key_column_usage k
    join information_schema.table_constraints c using (constraint_schema, constraint_name, table_name)
    join pg_class t
      on t.oid = format('%I.%I', k.table_schema, k.table_name)::regclass and not t.relispartition
    where k.constraint_schema = ${SCHEMA} and constraint_type = 'PRIMARY KEY'
      and table_name <> 'migration'
    group by table_name
  `;

  expect(mirrored.flatMap(columnsOf).toSorted(byName)).toEqual([...columns].toSorted(byName));
  expect(Object.fromEntries(mirrored.map((table) => [getTableName(table), keyOf(table)]))).toEqual(
    Object.fromEntries(keys.map((key) => [key.table, key.columns])),
  );
});

function columnsOf(table: PgTable) {
  return Object.values(getTableColumns(table)).map((column) => ({
    table: getTableName(table),
    column: column.name,
    notNull: column.notNull,
    type: column.getSQLType(),
  }));
}

function keyOf(table: PgTable): string[] {
  const [composite] = getTableConfig(table).primaryKeys;
  return composite
    ? composite.columns.map(({ name }) => name)
    : Object.values(getTableColumns(table)).flatMap(({ name, primary }) => (primary ? [name] : []));
}

function byName(one: { table?: string; column?: string }, other: typeof one): number {
  return `${one.table}.${one.column}` < `${other.table}.${other.column}` ? -1 : 1;
}
