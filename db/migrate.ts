import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { SCHEMA } from './database.ts';
import { makePartitions } from './partitions.ts';

/** Any number, the same in every process, that no other program locks. */
const MIGRATION_LOCK = 4_201_973_552_001n;
const FOLDER = new URL('./migrations/', import.meta.url);
const OLDEST_MAJOR = 15;

/**
 * Brings the database to the newest schema, ours and graphile-worker's. Plain forward-only SQL files, each in a transaction of its own,
 * under an advisory lock, so that several processes may start at once.
 *
 * @throws Error with a sentence for people if the server is older than Postgres 15.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });

  try {
    await refuseOldServer(sql);
    await sql`select pg_advisory_lock(${MIGRATION_LOCK.toString()}::bigint)`;
    await sql.unsafe(`create schema if not exists ${SCHEMA}; set search_path to ${SCHEMA}, public`);
    await sql`
      create table if not exists migration (
        name text primary key,
        applied_at timestamptz not null default now()
      )
    `;
    const applied = new Set((await sql`select name from migration`).map((row) => String(row.name)));

    for (const name of await knownMigrations()) {
      if (!applied.has(name)) {
        await apply(sql, name);
      }
    }
    // Before the first row, which would go to the default partition and keep its week there.
    await makePartitions(sql, new Date());
    await runMigrations({ connectionString: url, logger: undefined });
  } finally {
    // Ending the session releases the lock, also when something above threw.
    await sql.end({ timeout: 5 });
  }
}

async function apply(sql: postgres.Sql, name: string): Promise<void> {
  const statements = await readFile(new URL(name, FOLDER), 'utf8');
  const record = `insert into migration (name) values ('${name.replaceAll("'", "''")}');`;
  // One simple-protocol message: all of it runs in one implicit transaction.
  await sql.unsafe(`${statements}\n;${record}`).simple();
}

async function refuseOldServer(sql: postgres.Sql): Promise<void> {
  const [row] = await sql`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name
  `;
  if (Number(row?.number) < OLDEST_MAJOR * 10_000) {
    throw new Error(
      `This database runs Postgres ${row?.name}. Latchwork needs Postgres ${OLDEST_MAJOR} or newer.`,
    );
  }
}

/** Names of the migrations that this release brings, in order. /readyz compares them with those applied. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).toSorted();
}
