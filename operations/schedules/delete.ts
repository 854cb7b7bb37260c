import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { findSchedule, noSchedule, type ScheduleName } from './schedule.ts';

/** Removes a schedule with its log. Its instances stay. */
export async function deleteSchedule(
  ctx: Context,
  name: ScheduleName,
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const found = await findSchedule(ctx, tx, name, { lock: true });
    if (found === undefined) {
      return noSchedule(name);
    }
    await tx`delete from schedule where project_id = ${projectId} and id = ${found.id}`;
    await announceWorkflow(tx, { projectId, id: found.workflowId });
    return { id: found.id };
  });
}
