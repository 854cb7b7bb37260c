import type postgres from 'postgres';
import { uuidv7Floor } from './uuid.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** Partitions are made this many weeks ahead, so that a worker may rest for a month. */
const WEEKS_AHEAD = 5;

const PARTITIONED = ['attempt', 'instance_event'] as const;

/**
 * Makes the weekly partitions of this and the coming weeks; answers the names of those that were made. A week that has rows in the
 * default partition already, since nothing made its partition in time, leaves them there: they are found all the same.
 */
export async function makePartitions(
  sql: postgres.Sql | postgres.ReservedSql,
  now: Date,
): Promise<string[]> {
  const thisWeek = Math.floor(now.getTime() / WEEK_MS) * WEEK_MS;
  const wanted = PARTITIONED.flatMap((table) =>
    Array.from({ length: WEEKS_AHEAD + 1 }, (_, week) => {
      const from = new Date(thisWeek + week * WEEK_MS);
      return {
        table,
        from,
        name: `${table}_${from.toISOString().slice(0, 10).replaceAll('-', '')}`,
      };
    }),
  );
  const missing = await sql<{ name: string }[]>`
    select name
    from unnest(${wanted.map(({ name }) => name)}::text[]) as name
    where to_regclass(name) is null
  `;
  const names = new Set(missing.map(({ name }) => name));
  const made: string[] = [];

  for (const { table, from, name } of wanted) {
    if (names.has(name) && (await makePartition(sql, table, name, from))) {
      made.push(name);
    }
  }

  return made;
}

async function makePartition(
  sql: postgres.Sql | postgres.ReservedSql,
  table: (typeof PARTITIONED)[number],
  name: string,
  from: Date,
): Promise<boolean> {
  const first = uuidv7Floor(from);
  const next = uuidv7Floor(new Date(from.getTime() + WEEK_MS));
  const [strays] = await sql<{ found: boolean }[]>`
    select exists (
      select
      from ${sql(`${table}_default`)}
      where instance_id >= ${first} and instance_id < ${next}
    ) as found
  `;
  if (strays?.found) {
    return false;
  }

  await sql.unsafe(
    `create table if not exists ${name} partition of ${table} for values from ('${first}') to ('${next}')`,
  );
  return true;
}
