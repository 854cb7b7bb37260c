import * as z from 'zod';
import type { RunOutcome } from '#engine/schedule/decide.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { findSchedule, noSchedule, type ScheduleName, type ScheduleRun } from './schedule.ts';

export const listRunsInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.int()]);

type RunRow = {
  /** A bigint, which Postgres writes as text. */
  readonly id: string;
  readonly dueAt: Date;
  readonly at: Date;
  readonly outcome: RunOutcome;
  readonly runBy: string | null;
  readonly instanceId: string | null;
  readonly message: string | null;
};

/** What became of the last due times, the newest first. */
export async function listScheduleRuns(
  ctx: Context,
  { limit, cursor, ...name }: ScheduleName & z.output<typeof listRunsInput>,
): Promise<Page<ScheduleRun> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const sql = ctx.db.reads;
  const found = await findSchedule(ctx, sql, name);
  if (found === undefined) {
    return noSchedule(name);
  }
  const rows = await sql<RunRow[]>`
    select
      id, due_at as "dueAt", at, outcome, run_by as "runBy", instance_id as "instanceId", message
    from schedule_run
    where project_id = ${ctx.projectId} and schedule_id = ${found.id}
      and id < ${refusal?.[0] ?? Number.MAX_SAFE_INTEGER}
    order by id desc
    limit ${limit + 1}
  `;
  return toPage(
    rows,
    limit,
    ({ id }) => writeCursor([Number(id)]),
    ({ id, dueAt, at, ...run }) => ({
      ...run,
      id,
      dueAt: dueAt.toISOString(),
      at: at.toISOString(),
    }),
  );
}
