import type * as z from 'zod';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import type { Refusal } from '../refusal.ts';
import { getStarter, listStarters, type listStartersInput } from '../workflows/starters.ts';
import { SCHEDULES, type Schedule, type ScheduleName } from './schedule.ts';

/** Schedules of a workflow, by key. */
export function listSchedules(
  ctx: Context,
  input: { readonly workflow: string } & z.output<typeof listStartersInput>,
): Promise<Page<Schedule> | Refusal> {
  return listStarters(ctx, SCHEDULES, input);
}

export function getSchedule(ctx: Context, name: ScheduleName): Promise<Schedule | Refusal> {
  return getStarter(ctx, SCHEDULES, name);
}
