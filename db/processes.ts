/**
 * Who is alive. Each web process, and each job pool of a worker process, has a row that it renews every second; the row of a pool bears
 * the id under which graphile-worker locks its jobs, so that a lock whose owner is not among the living can be lifted at once instead of
 * after graphile-worker's own four hours.
 *
 * The clock is the database's: processes on several machines would disagree.
 */
import type { Queryable } from './database.ts';

export type ProcessKind = 'web' | 'worker';

export type ProcessRow = {
  readonly id: string;
  readonly kind: ProcessKind;
  readonly host: string;
  readonly pid: number;
};

/** Ten missed beats and a half: long enough for a stall of the machine, short enough for a person who waits. */
const DEAD_AFTER_SECONDS = 15;
/** A pool may lock its first jobs before its row is written. */
const LOCK_GRACE_SECONDS = 5;

export async function beat(sql: Queryable, rows: readonly ProcessRow[]): Promise<void> {
  await sql`
    insert into process (id, kind, host, pid, started_at, seen_at)
    select id, kind, host, pid, now(), now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
      as process(id text, kind text, host text, pid integer)
    on conflict (id) do update set seen_at = now()
  `;
}

export async function leave(sql: Queryable, ids: readonly string[]): Promise<void> {
  await sql`delete from process where id = any(${ids as string[]}::text[])`;
}

/** How many of a kind have been seen lately. */
export async function countAlive(sql: Queryable, kind: ProcessKind): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count
    from process
    where kind = ${kind} and seen_at > now() - make_interval(secs => ${DEAD_AFTER_SECONDS})
  `;
  return row?.count ?? 0;
}

/**
 * Buries the dead and gives their jobs back. Jobs are wake-ups and safe to run twice, so a pool that was only slow loses nothing.
 *
 * @returns how many pools were found dead with a job in their hands.
 */
export async function recoverJobs(sql: Queryable): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with buried as (
      delete from process where seen_at <= now() - make_interval(secs => ${DEAD_AFTER_SECONDS})
    ),
    orphaned as (
      select distinct locked_by
      from graphile_worker.jobs
      where locked_at < now() - make_interval(secs => ${LOCK_GRACE_SECONDS})
        and locked_by not in (
          select id from process where seen_at > now() - make_interval(secs => ${DEAD_AFTER_SECONDS})
        )
    )
    select
      (select count(*)::int from orphaned) as count,
      graphile_worker.force_unlock_workers(array(select locked_by from orphaned))
  `;
  return row?.count ?? 0;
}
