import postgres from 'postgres';
import type { Database, Queryable } from './database.ts';
import { uuidv7Floor } from './uuid.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** Partitions are made this many weeks ahead, so that a worker may rest for a month. */
const WEEKS_AHEAD = 5;

const PARTITIONED = ['attempt', 'instance_event'] as const;

/** When the week of a moment began, in ms. */
export function weekOf(moment: Date): number {
  return Math.floor(moment.getTime() / WEEK_MS) * WEEK_MS;
}

/**
 * Makes the weekly partitions of this and the coming weeks; answers the names of those that were made. A week that has rows in the
 * default partition already, since nothing made its partition in time, leaves them there: they are found all the same.
 */
export async function makePartitions(
  sql: postgres.Sql | postgres.ReservedSql,
  now: Date,
): Promise<string[]> {
  const thisWeek = weekOf(now);
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

export type Partition = { readonly name: string; readonly from: Date; readonly to: Date };

/** The weekly partitions there are, the oldest first. */
export async function listPartitions(sql: postgres.Sql): Promise<Partition[]> {
  const rows = await sql<{ name: string; day: string }[]>`
    select part.relname as name, right(part.relname, 8) as day
    from pg_inherits
    join pg_class part on part.oid = inhrelid
    where inhparent = any(${[...PARTITIONED]}::regclass[]) and part.relname ~ '_[0-9]{8}$'
    order by day, name
  `;
  return rows.map(({ name, day }) => {
    const from = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
    return { name, from: new Date(from), to: new Date(from + WEEK_MS) };
  });
}

/** Whoever reads or writes the table at that moment is waited for no longer than this, since everybody else waits behind us. */
const LOCK_TIMEOUT_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Drops a partition with all that is in it, if `isNeeded` says that it is not; false: it is, or somebody is at it at this moment. It is asked
 * once more when nobody can write any more: what comes later goes to the default partition.
 */
export async function dropPartition(
  db: Database,
  { name }: Partition,
  isNeeded: (sql: Queryable) => Promise<boolean>,
): Promise<boolean> {
  if (await isNeeded(db.reads)) {
    return false;
  }
  try {
    return await db.transaction(async (tx) => {
      await tx`select set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`;
      await tx.unsafe(`lock table ${name} in access exclusive mode`);
      if (await isNeeded(tx)) {
        return false;
      }
      await tx.unsafe(`drop table ${name}`);
      return true;
    });
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === LOCK_NOT_AVAILABLE) {
      return false;
    }
    throw error;
  }
}
