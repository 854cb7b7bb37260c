import { makePartitions } from '#db/partitions.ts';
import { forgetAlerts } from '../alerts/forget.ts';
import type { Context } from '../context.ts';
import { forgetNotifications } from '../notifications/forget.ts';

const IDEMPOTENCY_MS = 24 * 3_600_000;

/** Makes the weekly partitions of the coming weeks, forgets idempotency keys after a day and notifications after a month. */
export async function retain(ctx: Context): Promise<{ readonly partitions: number }> {
  const now = ctx.clock();
  const made = await makePartitions(ctx.db.sql, now);

  await ctx.db.sql`
    delete from idempotency where created_at < ${new Date(now.getTime() - IDEMPOTENCY_MS)}
  `;
  await forgetNotifications(ctx);
  await forgetAlerts(ctx);
  return { partitions: made.length };
}
