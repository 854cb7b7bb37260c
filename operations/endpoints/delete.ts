import type { Context } from '../context.ts';
import { unlessId } from '../id.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noEndpoint } from './endpoint.ts';

/** Removes an endpoint. What waits for it is given up; the log stays until it is old. */
export async function deleteEndpoint(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noEndpoint);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const deleted = await tx`
      delete from endpoint where project_id = ${ctx.projectId} and id = ${id} returning id
    `;
    await tx`
      update notification
      set status = 'dead', due_at = null, finished_at = ${ctx.clock()},
        error = 'its endpoint was deleted'
      where project_id = ${ctx.projectId} and target in (${id}, ${`ping:${id}`})
        and status = 'pending'
    `;
    return deleted.length === 0 ? noEndpoint(id) : { id };
  });
}
