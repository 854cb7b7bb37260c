import type { Queryable, Transaction } from '#db/database.ts';

/**
 * The place in line of an instance, the highest first, over columns `priority`, `created_at` and `ageing_seconds`. With ageing a queued
 * instance rises by one priority per `ageing_seconds` of waiting. All rise alike, so what they gain until now may be left out: who is
 * ahead of whom is known from the start, and nothing is written while they wait.
 */
export function rank(sql: Queryable) {
  return sql`coalesce(priority - extract(epoch from created_at)::float8 / ageing_seconds, priority)`;
}

/** Puts what waits of a workflow in the line that its settings now make. */
export async function rankWaiting(
  tx: Transaction,
  workflow: { readonly projectId: number; readonly id: number },
): Promise<void> {
  await tx`
    update instance i
    set rank = ranked.rank
    from (
      select i.project_id, i.id, ${rank(tx)} as rank
      from instance i
      cross join (select ageing_seconds from workflow where project_id = ${workflow.projectId} and id = ${workflow.id}) as w
      where i.workflow_id = ${workflow.id}
        and i.project_id = ${workflow.projectId}
        and i.status in ('scheduled', 'queued')
    ) as ranked
    where i.project_id = ranked.project_id and i.id = ranked.id and i.rank <> ranked.rank
  `;
}
