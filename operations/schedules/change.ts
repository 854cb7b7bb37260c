import * as z from 'zod';
import { asJson } from '#db/database.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { onlySwitchesOff } from '../workflows/starters.ts';
import { dateOf } from './create.ts';
import {
  faultsOf,
  findSchedule,
  firstDue,
  noSchedule,
  scheduleOf,
  scheduleSettings,
  type Schedule,
  type ScheduleName,
  type ScheduleRow,
} from './schedule.ts';

export const changeScheduleInput = z.strictObject(scheduleSettings).partial();

type Changes = z.output<typeof changeScheduleInput>;

/**
 * Changes settings; those not named stay. A changed clock, or one that is switched on, counts from now: what passed under the old one, or
 * while it was off, is nothing to catch up with; and it must be due at some time. One that has run its course can still be renamed.
 */
export async function changeSchedule(
  ctx: Context,
  { workflow, id, ...changes }: ScheduleName & Changes,
): Promise<Schedule | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const before = await findSchedule(ctx, tx, { workflow, id }, { lock: true });
    if (before === undefined) {
      return noSchedule({ workflow, id });
    }
    const after = merge(before, changes);
    const now = ctx.clock();
    const begins = after.enabled && !before.enabled;
    const faults = onlySwitchesOff(changes)
      ? null
      : faultsOf(after, begins || !hasSameClock(before, after) ? now : null);
    if (faults !== null) {
      return faults;
    }
    const waits = after.enabled && after.overlap === 'queue';

    await tx`
      update schedule
      set
        name = ${after.name}, cron = ${after.cron}, time_zone = ${after.timeZone},
        object_id = ${after.objectId}, input = ${asJson(after.input)}::text::jsonb,
        labels = ${asJson(after.labels)}::text::jsonb, priority = ${after.priority},
        enabled = ${after.enabled}, overlap = ${after.overlap}, catch_up = ${after.catchUp},
        catch_up_limit = ${after.catchUpLimit}, start_at = ${after.startAt},
        end_at = ${after.endAt}, next_at = ${nextOf(before, after, now)},
        waiting_at = ${waits ? before.waitingAt : null}, updated_at = ${now}
      where project_id = ${ctx.projectId} and id = ${id}
    `;
    if (!waits && before.waitingAt !== null) {
      await tx`
        update schedule_run
        set outcome = 'skipped', message = 'The schedule was changed while it waited.'
        where project_id = ${ctx.projectId} and schedule_id = ${id} and outcome = 'waiting'
      `;
    }
    await announceWorkflow(tx, { projectId: ctx.projectId, id: before.workflowId });
    const changed = await findSchedule(ctx, tx, { workflow, id });

    return changed === undefined ? noSchedule({ workflow, id }) : scheduleOf(changed);
  });
}

function merge(before: ScheduleRow, { startAt, endAt, ...changes }: Changes): ScheduleRow {
  const named = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<ScheduleRow>;

  return {
    ...before,
    ...named,
    ...(startAt !== undefined && { startAt: dateOf(startAt) }),
    ...(endAt !== undefined && { endAt: dateOf(endAt) }),
  };
}

function nextOf(before: ScheduleRow, after: ScheduleRow, now: Date): Date | null {
  if (!after.enabled) {
    return null;
  }
  return before.enabled && hasSameClock(before, after) ? before.nextAt : firstDue(after, now);
}

function hasSameClock(before: ScheduleRow, after: ScheduleRow): boolean {
  return (
    before.cron === after.cron &&
    before.timeZone === after.timeZone &&
    before.startAt?.getTime() === after.startAt?.getTime() &&
    before.endAt?.getTime() === after.endAt?.getTime()
  );
}
