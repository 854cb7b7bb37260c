import * as z from 'zod';
import { ALERT_STATES } from '#engine/alert/rule.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { alertColumns, alertOf, type Alert, type AlertRow } from './alert.ts';

const state = z.enum(ALERT_STATES);

export const listAlertsInput = z.strictObject({
  ...pageInput,
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(state))
    .optional()
    .meta({ description: '`firing`, `acknowledged`, `resolved`, or several of them' }),
});

const cursorParts = z.tuple([z.uuid()]);

/** Alerts, the newest first. */
export async function listAlerts(
  ctx: Context,
  input: z.output<typeof listAlertsInput>,
): Promise<Page<Alert> | Refusal> {
  const cursor = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const { reads: sql } = ctx.db;
  const states = input.state ?? ALERT_STATES;
  const rows = await sql<AlertRow[]>`
    select ${alertColumns(sql)}
    from alert
    where project_id = ${ctx.projectId} and state = any(${[...states]}::text[])
      -- What is open is few and has an index of its own.
      ${states.includes('resolved') ? sql`` : sql`and state <> 'resolved'`}
      ${cursor === null ? sql`` : sql`and id < ${cursor[0]}`}
    order by id desc
    limit ${input.limit + 1}
  `;
  return toPage(rows, input.limit, ({ id }) => writeCursor([id]), alertOf);
}
