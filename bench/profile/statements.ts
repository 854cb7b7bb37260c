import type { Database } from '#db/database.ts';

/** Of a server that counts what each statement costs; the counting costs a little itself. */
export const STATEMENT_PARAMETERS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
} as const;

const MOST_LINES = 15;

export async function resetStatements({ sql }: Database): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`;
  await sql`select pg_stat_statements_reset()`;
}

/** The statements that took longest in the server, planning included. */
export async function dearestStatements({ sql }: Database): Promise<string> {
  const rows = await sql<
    { calls: string; plan: number; exec: number; rows: string; wal: string; text: string }[]
  >`
    select
      calls,
      total_plan_time as plan,
      total_exec_time as exec,
      rows,
      wal_bytes as wal,
      regexp_replace(query, '\\s+', ' ', 'g') as text
    from pg_stat_statements
    order by total_plan_time + total_exec_time desc
    limit ${MOST_LINES}
  `;

  return [
    '   calls  plan ms  exec ms     rows   WAL kB  statement',
    ...rows.map(({ calls, plan, exec, rows: count, wal, text }) =>
      [
        calls.padStart(8),
        plan.toFixed(0).padStart(8),
        exec.toFixed(0).padStart(8),
        count.padStart(8),
        (Number(wal) / 1024).toFixed(0).padStart(8),
        ` ${text.slice(0, 120)}`,
      ].join(' '),
    ),
  ].join('\n');
}
