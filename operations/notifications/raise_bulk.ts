import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { bulkOf, type BulkRow } from '../bulk/bulk.ts';
import type { Context } from '../context.ts';
import { raiseEvent } from './raise.ts';

/** A bulk move has come to its end, or was stopped. */
export async function raiseBulkCompleted(
  ctx: Context,
  tx: Transaction,
  row: BulkRow,
): Promise<void> {
  const { projectId } = ctx;
  const { id: bulkId, ...rest } = bulkOf(row);
  const event = { projectId, type: 'bulk.completed', data: { bulkId, ...rest } } as const;

  await wake(tx, await raiseEvent(tx, event, ctx.clock()));
}
