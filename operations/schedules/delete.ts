import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { deleteStarter } from '../workflows/starters.ts';
import { SCHEDULES, type ScheduleName } from './schedule.ts';

/** Removes a schedule with its log. Its instances stay. */
export function deleteSchedule(
  ctx: Context,
  name: ScheduleName,
): Promise<{ id: string } | Refusal> {
  return deleteStarter(ctx, SCHEDULES, name);
}
