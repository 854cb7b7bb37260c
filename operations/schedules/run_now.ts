import * as z from 'zod';
import { nameOf, type Context } from '../context.ts';
import { createInTransaction } from '../instances/create.ts';
import { recordEvents } from '../instances/record_events.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { instanceOf } from './instance_of.ts';
import { keepRuns } from './open.ts';
import { scheduledBy } from './run.ts';
import { findSchedule, noSchedule, type ScheduleName } from './schedule.ts';

export const ranNow = z
  .object({ instanceId: z.uuid() })
  .meta({ id: 'ScheduleRanNow', description: 'The instance that was made.' });

/** Makes the instance that a due time of this moment would. A person knows better: overlaps are not asked for, nor the switch. */
export async function runScheduleNow(
  ctx: Context,
  name: ScheduleName,
): Promise<z.output<typeof ranNow> | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const row = await findSchedule(ctx, tx, name, { lock: true });
    if (row === undefined) {
      return noSchedule(name);
    }
    const at = ctx.clock();
    const made = instanceOf(row, at);
    if (!made.ok) {
      return refuse('invalid_request', `The schedule makes no instance: ${made.message}`);
    }
    const [created] = await createInTransaction(ctx, tx, [made.item]);
    if (created?.ok !== true) {
      return refuse(created?.code ?? 'conflict', created?.message ?? 'Nothing was made.');
    }
    const { id: instanceId } = created;

    await recordEvents(ctx, tx, [scheduledBy(row, instanceId, at)]);
    await keepRuns(ctx, tx, [
      {
        scheduleId: row.id,
        at,
        outcome: 'started',
        instanceId,
        message: null,
        runBy: nameOf(ctx.actor),
        waited: false,
      },
    ]);
    await tx`
      update schedule
      set last_instance_id = ${instanceId}
      where project_id = ${ctx.projectId} and id = ${row.id}
    `;
    return { instanceId };
  });
}
