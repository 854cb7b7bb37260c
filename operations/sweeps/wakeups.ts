import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';

/**
 * The safety net under the jobs: whatever waits in the rows is woken again, so that a job that was lost with its process costs seconds
 * and never a run. One index probe per workflow and pushed work, however long their queues are.
 */
export async function renewWakeUps(ctx: Context): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const [workflows, works] = await Promise.all([
      tx<{ projectId: number; workflowId: number }[]>`
        select w.project_id as "projectId", w.id as "workflowId"
        from workflow w
        -- With a limit, unlike with "exists", Postgres never reads all that waits instead of one of each.
        cross join lateral (
          select
          from instance i
          where i.project_id = w.project_id and i.workflow_id = w.id and i.status = 'queued'
          limit 1
        ) as waiting
        where w.enabled
      `,
      tx<{ projectId: number; work: string }[]>`
        select w.project_id as "projectId", w.key as work
        from work w
        cross join lateral (
          select
          from task t
          where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
          limit 1
        ) as waiting
        where w.delivery = 'push'
      `,
    ]);
    await wake(
      tx,
      workflows.map((payload) => ({ name: 'admit' as const, payload })),
      works,
    );
    return workflows.length + works.length;
  });
}
