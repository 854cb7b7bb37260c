import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { announce } from '../instances/announce.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 2_000;

/** Puts scheduled instances whose `runAt` has come into their workflow's queue. */
export async function queueScheduled(ctx: Context): Promise<number> {
  let queued = 0;
  let count: number;

  do {
    count = await ctx.db.transaction(async (tx) => {
      const due = await tx<{ projectId: number; instanceId: string; workflowId: number }[]>`
        with due as (
          select project_id, id
          from instance
          where run_at <= ${ctx.clock()} and status = 'scheduled'
          order by run_at
          limit ${MOST_PER_BATCH}
          for no key update skip locked
        )
        update instance i
        set status = 'queued'
        from due
        where i.project_id = due.project_id and i.id = due.id
        returning i.project_id as "projectId", i.id as "instanceId", i.workflow_id as "workflowId"
      `;
      await wake(
        tx,
        due.map(({ projectId, workflowId }) => ({
          name: 'admit' as const,
          payload: { projectId, workflowId },
        })),
      );
      await announce(tx, { changed: due, ready: [] });
      return due.length;
    });
    queued += count;
  } while (count === MOST_PER_BATCH);

  return queued;
}
