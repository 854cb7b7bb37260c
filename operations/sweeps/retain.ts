import { makePartitions } from '#db/partitions.ts';
import { forgetAlerts } from '../alerts/forget.ts';
import { forgetBulks } from '../bulk/forget.ts';
import type { Context } from '../context.ts';
import { forgetInstances, type ForgetInput } from '../instances/forget.ts';
import { forgetNotifications } from '../notifications/forget.ts';

const IDEMPOTENCY_MS = 24 * 3_600_000;

export type RetainCounts = {
  readonly partitions: number;
  readonly dropped: number;
  readonly instances: number;
};

/** Makes the weekly partitions of the coming weeks, and forgets what is older than it is to be kept. */
export async function retain(ctx: Context, input: ForgetInput): Promise<RetainCounts> {
  const now = ctx.clock();
  const made = await makePartitions(ctx.db.sql, now);

  await ctx.db.sql`
    delete from idempotency where created_at < ${new Date(now.getTime() - IDEMPOTENCY_MS)}
  `;
  await forgetNotifications(ctx);
  await forgetAlerts(ctx);
  await forgetBulks(ctx);
  const { instances, partitions } = await forgetInstances(ctx, input);

  return { partitions: made.length, dropped: partitions.length, instances };
}
