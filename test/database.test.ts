import postgres from 'postgres';
import { expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

async function tables(url: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1 });

  try {
    const rows =
      await sql`select nspname from pg_namespace where nspname in ('latchwork', 'graphile_worker')`;
    return rows.map((row) => row.nspname as string);
  } finally {
    await sql.end();
  }
}

test('every call answers a migrated database of its own', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);

  expect(one).not.toBe(other);
  expect(await tables(one)).toEqual(expect.arrayContaining(['latchwork', 'graphile_worker']));
});
