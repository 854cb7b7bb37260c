/** Time that passes without being waited for: what is written down moves into the past, where the worker process finds that it is due. */
import postgres, { type Sql } from 'postgres';
import { wake } from '#db/jobs.ts';

/** As if the alerts of a rule had begun so much earlier; then the worker process looks. */
export async function passTimeOfAlerts(ruleId: string, seconds: number): Promise<void> {
  await inDatabase(async (sql) => {
    const by = `${seconds} seconds`;
    await sql.begin(async (tx) => {
      // A look that is under way would write over it what it read before.
      await tx`lock table latchwork.alert`;
      await tx`
        update latchwork.alert
        set
          since = since - ${by}::interval, last_at = last_at - ${by}::interval,
          due_at = due_at - ${by}::interval, sent_at = sent_at - ${by}::interval
        where rule_id = ${ruleId}
      `;
    });
    await wake(sql, [{ name: 'alert', payload: {} }]);
  });
}

/** As if a schedule of the leap days had been made before the last one. */
export async function passLeapDayOfSchedule(id: string): Promise<void> {
  await inDatabase(
    (sql) => sql`
      update latchwork.schedule set next_at = next_at - interval '4 years' where id = ${id}
    `,
  );
}

async function inDatabase(work: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(process.env.E2E_DATABASE_URL ?? '', { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
