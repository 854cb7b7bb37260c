import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { announce } from '../instances/announce.ts';
import { whoLetsBegin } from '../instances/line.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 2_000;

type Due = {
  readonly projectId: number;
  readonly instanceId: string;
  readonly workflowId: number;
  readonly objectId: string;
  readonly blocked: boolean;
};

/** Puts scheduled instances whose `runAt` has come into their workflow's queue, behind their object if they share it with nobody. */
export async function queueScheduled(ctx: Context): Promise<number> {
  let queued = 0;
  let count: number;

  do {
    count = await ctx.db.transaction(async (tx) => {
      const due = await tx<Due[]>`
        with due as (
          select project_id, id
          from instance
          where run_at <= ${ctx.clock()} and status = 'scheduled'
          order by run_at
          limit ${MOST_PER_BATCH}
          for no key update skip locked
        )
        update instance i
        set status = 'queued', blocked = i.exclusive
        from due
        where i.project_id = due.project_id and i.id = due.id
        returning
          i.project_id as "projectId", i.id as "instanceId", i.workflow_id as "workflowId",
          i.object_id as "objectId", i.blocked
      `;
      await wake(tx, due.map(whoLetsBegin));
      await announce(tx, { changed: due, ready: [] });
      return due.length;
    });
    queued += count;
  } while (count === MOST_PER_BATCH);

  return queued;
}
