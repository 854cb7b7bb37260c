import type { Installation } from './installation.ts';
import { say } from './say.ts';

const BATCH = 50_000;
/** Instances of history are this far apart, the newest a moment ago. */
const APART_SECONDS = 0.05;

/**
 * Fills the tables with finished instances of a workflow and their attempts, as many as its plan has nodes: rows as the product writes
 * them, copied from an instance that it ran.
 */
export async function addHistory(
  { db }: Installation,
  workflow: string,
  count: number,
): Promise<void> {
  for (let made = 0; made < count; made += BATCH) {
    const size = Math.min(BATCH, count - made);

    await db.sql`
      with model as (
        select i.*
        from instance i
        join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
        where w.key = ${workflow} and i.status = 'succeeded'
        order by i.id
        limit 1
      ),
      made as materialized (
        select uuidv7(make_interval(secs => -${APART_SECONDS}::float8 * (${count - made}::int - number))) as id, number
        from generate_series(1, ${size}::int) as number
      ),
      instances as (
        insert into instance (
          project_id, id, workflow_id, version_id, status, priority, reads, limited, state,
          object_id, input, context, created_at, started_at, finished_at
        )
        select
          project_id, made.id, workflow_id, version_id, status, priority, reads, limited, state,
          'history ' || number, input, context, created_at, started_at, finished_at
        from model, made
      )
      insert into attempt (
        project_id, instance_id, node, segment, number, outcome, worker, token,
        opened_at, dispatched_at, started_at, finished_at, output
      )
      select
        a.project_id, made.id, a.node, a.segment, a.number, a.outcome, a.worker, gen_random_uuid(),
        a.opened_at, a.dispatched_at, a.started_at, a.finished_at, a.output
      from model
      join attempt a on a.project_id = model.project_id and a.instance_id = model.id
      cross join made
    `;
    say(`${made + size} of ${count} finished instances`);
  }

  // In life this much does not come at once: what it leaves to do must not be counted.
  await db.sql`vacuum (analyze)`;
  await db.sql`checkpoint`;
}
