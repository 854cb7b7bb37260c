import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { findTrigger, noTrigger, type TriggerName } from './trigger.ts';

/** Removes a trigger with its log: its URL is no more. Its instances stay. */
export async function deleteTrigger(
  ctx: Context,
  name: TriggerName,
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const found = await findTrigger(ctx, tx, name, { lock: true });
    if (found === undefined) {
      return noTrigger(name);
    }
    await tx`delete from trigger where project_id = ${projectId} and id = ${found.id}`;
    await announceWorkflow(tx, { projectId, id: found.workflowId });
    return { id: found.id };
  });
}
