import type { Context } from '../context.ts';
import { unlessId } from '../id.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { raiseBulkCompleted } from '../notifications/raise_bulk.ts';
import { bulkColumns, noBulk, type Bulk, type BulkRow } from './bulk.ts';
import { getBulk } from './get.ts';

/** Stops a bulk move where it is. What it has moved stays moved. */
export async function abortBulk(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Bulk | Refusal> {
  const refusal = lacks(ctx, 'instances:write') ?? unlessId(id, noBulk);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const stopped = await ctx.db.transaction(async (tx) => {
    const aborted = await tx<BulkRow[]>`
      update bulk b
      set status = 'aborted', finished_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and id = ${id} and status = 'running'
      returning ${bulkColumns(tx)}
    `;
    for (const row of aborted) {
      await raiseBulkCompleted(ctx, tx, row);
    }
    return aborted;
  });
  const found = await getBulk(ctx, { id });

  return stopped.length > 0 || isRefusal(found)
    ? found
    : refuse(
        'conflict',
        `Bulk move ${id} has ${found.status}; only a running one can be aborted.`,
        {
          facts: { id, status: found.status },
        },
      );
}
