import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';

/** Ends a key for good. Processes that remember it (verify.ts) refuse it within seconds. */
export async function revokeApiKey(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'admin');
  if (isRefusal(refusal)) {
    return refusal;
  }

  // No row: there is no such key, or it was revoked before.
  const [row] = await ctx.db.sql<{ id: string }[]>`
    update api_key
    set revoked_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and id = ${id} and revoked_at is null
    returning id
  `;

  return row ?? refuse('not_found', `There is no API key "${id}".`);
}
