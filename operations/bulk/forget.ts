import { uuidv7Floor } from '#db/uuid.ts';
import type { Context } from '../context.ts';

const KEPT_MS = 90 * 86_400_000;

/** Forgets bulk moves that were asked for ninety days ago and are over, with whom they could not move. */
export async function forgetBulks(ctx: Context): Promise<void> {
  const before = uuidv7Floor(new Date(ctx.clock().getTime() - KEPT_MS));

  await ctx.db.sql`
    delete from bulk b
    using project p
    where b.project_id = p.id and b.id < ${before} and b.status <> 'running'
  `;
}
