import * as z from 'zod';
import { Temporal } from 'temporal-polyfill';
import { duesWithin } from '#engine/schedule/bounds.ts';
import type { Context } from '../context.ts';
import { instant } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { boundsOf, cronOf, findSchedule, noSchedule, type ScheduleName } from './schedule.ts';

export const nextRunsInput = z.strictObject({
  count: z.coerce.number().int().min(1).max(100).default(10),
});

export const nextRuns = z
  .object({
    timeZone: z.string(),
    data: z.array(
      z.object({
        at: instant,
        local: z.string().meta({
          description: 'what the clocks of the zone show then, and how far they are from UTC',
          examples: ['2026-03-29T03:30:00+02:00'],
        }),
      }),
    ),
  })
  .meta({ id: 'NextRuns', description: 'When a schedule is due next, were it switched on.' });

/** The next due times, by the clock of the schedule's zone. */
export async function getNextRuns(
  ctx: Context,
  { count, ...name }: ScheduleName & z.output<typeof nextRunsInput>,
): Promise<z.output<typeof nextRuns> | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findSchedule(ctx, ctx.db.reads, name);
  if (row === undefined) {
    return noSchedule(name);
  }
  const { timeZone } = row;
  const cron = cronOf(row);
  const dues =
    cron === null ? [] : duesWithin(cron, timeZone, boundsOf(row), ctx.clock().getTime(), count);

  return {
    timeZone,
    data: dues.map((due) => ({
      at: new Date(due).toISOString(),
      local: Temporal.Instant.fromEpochMilliseconds(due).toString({
        timeZone,
        smallestUnit: 'second',
      }),
    })),
  };
}
