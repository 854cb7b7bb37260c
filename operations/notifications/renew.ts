import type { Queryable } from '#db/database.ts';
import type { WakeUp } from '#db/jobs.ts';
import type { Context } from '../context.ts';

/** Receivers looked at in one go. */
const MOST_TARGETS = 10_000;

/**
 * The wake-ups of all receivers for whom something is due: next tries, and whatever a process that died had in hand. One index probe per
 * receiver, however much waits for it.
 */
export async function dueTargets(ctx: Context, sql: Queryable): Promise<WakeUp[]> {
  const rows = await sql<{ projectId: number; target: string }[]>`
    with recursive waiting as (
      (
        select project_id, target, due_at
        from notification
        where status = 'pending'
        order by project_id, target, due_at
        limit 1
      )
      union all
      select next.project_id, next.target, next.due_at
      from waiting w
      cross join lateral (
        select n.project_id, n.target, n.due_at
        from notification n
        where n.status = 'pending' and (n.project_id, n.target) > (w.project_id, w.target)
        order by n.project_id, n.target, n.due_at
        limit 1
      ) as next
    )
    select project_id as "projectId", target
    from (select * from waiting limit ${MOST_TARGETS}) as w
    where due_at <= ${ctx.clock()}
  `;
  return rows.map((payload) => ({ name: 'notify' as const, payload }));
}
