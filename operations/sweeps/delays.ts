import { isWorkOfTask } from '#db/hot/rows.ts';
import { wake } from '#db/jobs.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { announce } from '../instances/announce.ts';

/** Tasks of one transaction. */
const MOST_PER_BATCH = 2_000;

/** Makes delayed tasks ready whose time has come: a node's delay, a retry's wait, a worker's `delay`, a push to repeat. */
export async function releaseDelays(ctx: Context): Promise<number> {
  let released = 0;
  let count: number;

  do {
    count = await ctx.db.transaction(async (tx) => {
      const now = ctx.clock();
      const ready = await tx<{ projectId: number; work: string; held: boolean }[]>`
        with due as (
          select ctid as row_at
          from task
          where due_at <= ${now} and status = 'delayed' and work <> ${INTERNAL_WORKS.wait}
          order by due_at
          limit ${MOST_PER_BATCH}
          for update skip locked
        )
        update task t
        set
          status = 'ready',
          due_at = t.first_at + make_interval(secs => coalesce(t.total_seconds, w.total_seconds))
        from due d, work w
        where t.ctid = d.row_at and ${isWorkOfTask(tx)}
        returning t.project_id as "projectId", t.work, t.held
      `;
      const free = ready.filter(({ held }) => !held);
      await wake(tx, [], free);
      await announce(tx, { changed: [], ready: free });
      return ready.length;
    });
    released += count;
  } while (count === MOST_PER_BATCH);

  return released;
}
