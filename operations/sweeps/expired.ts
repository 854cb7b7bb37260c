import type { Transaction } from '#db/database.ts';
import { lockInstances, type InstanceKey } from '#db/hot/instances.ts';
import type { Context } from '../context.ts';
import { takeTurns } from '../instances/turn.ts';
import { handleDue } from './due.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 500;

/** Fails runs that took longer than their workflow's timeout: what is open in them ends as cancelled. */
export async function failExpired(ctx: Context): Promise<number> {
  const failed = await handleDue(ctx, {
    find: () => findExpired(ctx),
    most: MOST_PER_BATCH,
    handle: (tx, due) => fail(ctx, tx, due),
    putOff: ({ projectId, instanceId }, until) => ctx.db.sql`
      update instance
      set expires_at = ${until}
      where project_id = ${projectId} and id = ${instanceId} and expires_at < ${until}
    `,
  });
  return failed.reduce((sum, count) => sum + count, 0);
}

function findExpired(ctx: Context) {
  return ctx.db.sql<InstanceKey[]>`
    select project_id as "projectId", id as "instanceId"
    from instance
    where expires_at <= ${ctx.clock()} and status in ('running', 'paused')
    order by expires_at
    limit ${MOST_PER_BATCH}
  `;
}

async function fail(ctx: Context, tx: Transaction, due: readonly InstanceKey[]): Promise<number> {
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
}
