import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import {
  findTrigger,
  noTrigger,
  triggerColumns,
  triggerOf,
  type Trigger,
  type TriggerName,
  type TriggerRow,
} from './trigger.ts';

export const listTriggersInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.string()]);

/** Triggers of a workflow, by key. */
export async function listTriggers(
  ctx: Context,
  { workflow, ...input }: { readonly workflow: string } & z.output<typeof listTriggersInput>,
): Promise<Page<Trigger> | Refusal> {
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
  const rows = await sql<TriggerRow[]>`
    select ${triggerColumns(sql)}
    from trigger t
    join workflow w on w.project_id = t.project_id and w.id = t.workflow_id
    where t.project_id = ${ctx.projectId} and t.workflow_id = ${found.id}
      and t.key > ${refusal?.[0] ?? ''}
    order by t.key
    limit ${input.limit + 1}
  `;
  return toPage(rows, input.limit, ({ key }) => writeCursor([key]), triggerOf);
}

export async function getTrigger(ctx: Context, name: TriggerName): Promise<Trigger | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findTrigger(ctx, ctx.db.reads, name);
  return row === undefined ? noTrigger(name) : triggerOf(row);
}
