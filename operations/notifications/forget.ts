import type { Context } from '../context.ts';

const DAY_MS = 86_400_000;

/** Nobody took it for so long, tried or not: whoever it was for is not coming back. It can still be resent. */
const GIVEN_UP_AFTER_MS = 7 * DAY_MS;
/** The outbox and its log are kept for so long. */
const KEPT_MS = 30 * DAY_MS;
/** Rows of one statement. */
const MOST_PER_BATCH = 10_000;

/** Gives up what has waited for too long and forgets what is old. */
export async function forgetNotifications(ctx: Context): Promise<void> {
  const now = ctx.clock();

  await ctx.db.sql`
    update notification
    set status = 'dead', due_at = null, finished_at = ${now},
      error = coalesce(error, 'nobody took it for seven days')
    where status = 'pending' and at < ${new Date(now.getTime() - GIVEN_UP_AFTER_MS)}
  `;

  let count: number;
  do {
    const forgotten = await ctx.db.sql`
      delete from notification n
      using (
        select o.project_id, o.id
        from project p
        cross join lateral (
          select project_id, id, at, status
          from notification
          where project_id = p.id
          order by id
          limit ${MOST_PER_BATCH}
        ) as o
        where o.status <> 'pending' and o.at < ${new Date(now.getTime() - KEPT_MS)}
      ) as old
      where n.project_id = old.project_id and n.id = old.id
    `;
    ({ count } = forgotten);
  } while (count >= MOST_PER_BATCH);
}
