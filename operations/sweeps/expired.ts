import { lockInstances } from '#db/hot/instances.ts';
import type { Context } from '../context.ts';
import { takeTurns } from '../instances/turn.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 500;

/** Fails runs that took longer than their workflow's timeout: what is open in them ends as cancelled. */
export async function failExpired(ctx: Context): Promise<number> {
  let failed = 0;
  let count: number;

  do {
    count = await ctx.db.transaction(async (tx) => {
      const due = await tx<{ projectId: number; instanceId: string }[]>`
        select project_id as "projectId", id as "instanceId"
        from instance
        where expires_at <= ${ctx.clock()} and status in ('running', 'paused')
        order by expires_at
        limit ${MOST_PER_BATCH}
      `;
      const locked = await lockInstances(
        tx,
        due.map((key) => ({ ...key, withContext: false })),
      );
      // One that ended between the look and the lock needs nothing.
      const live = locked.filter(({ status }) => status === 'running' || status === 'paused');

      await takeTurns(
        ctx,
        tx,
        live.map((instance) => ({
          instance,
          events: [{ type: 'expire', message: 'the run took longer than its workflow allows' }],
        })),
      );
      return due.length;
    });
    failed += count;
  } while (count === MOST_PER_BATCH);

  return failed;
}
