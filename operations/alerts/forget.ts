import { uuidv7Floor } from '#db/uuid.ts';
import type { Context } from '../context.ts';

const KEPT_MS = 90 * 86_400_000;

/** Forgets alerts that were over, and messages that were settled, ninety days ago. */
export async function forgetAlerts(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock().getTime() - KEPT_MS);

  await ctx.db.sql`delete from alert where resolved_at < ${before}`;
  await ctx.db.sql`
    delete from alert_message m
    using alert_channel c
    where m.project_id = c.project_id and m.channel_id = c.id
      and m.status in ('sent', 'dead') and m.id < ${uuidv7Floor(before)}
  `;
}
