import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import {
  findSchedule,
  noSchedule,
  scheduleColumns,
  scheduleOf,
  type Schedule,
  type ScheduleName,
  type ScheduleRow,
} from './schedule.ts';

export const listSchedulesInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.string()]);

/** Schedules of a workflow, by key. */
export async function listSchedules(
  ctx: Context,
  { workflow, ...input }: { readonly workflow: string } & z.output<typeof listSchedulesInput>,
): Promise<Page<Schedule> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const sql = ctx.db.reads;
  const [found] = await sql<{ id: number }[]>`
    select id from workflow where project_id = ${ctx.projectId} and key = ${workflow}
  `;
  if (found === undefined) {
    return noWorkflow(workflow);
  }
  const rows = await sql<ScheduleRow[]>`
    select ${scheduleColumns(sql)}
    from schedule s
    join workflow w on w.project_id = s.project_id and w.id = s.workflow_id
    where s.project_id = ${ctx.projectId} and s.workflow_id = ${found.id}
      and s.key > ${refusal?.[0] ?? ''}
    order by s.key
    limit ${input.limit + 1}
  `;
  return toPage(rows, input.limit, ({ key }) => writeCursor([key]), scheduleOf);
}

export async function getSchedule(ctx: Context, name: ScheduleName): Promise<Schedule | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findSchedule(ctx, ctx.db.reads, name);
  return row === undefined ? noSchedule(name) : scheduleOf(row);
}
