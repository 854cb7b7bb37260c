import * as z from 'zod';
import { nameOf, type Context } from '../context.ts';
import { unlessId } from '../id.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { alertColumns, alertOf, findAlert, noAlert, type Alert, type AlertRow } from './alert.ts';

/** A person has it in hand: its channels hear of its end and of nothing else. */
export async function acknowledgeAlert(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Alert | Refusal> {
  const refusal = lacks(ctx, 'instances:write') ?? unlessId(id, noAlert);
  if (isRefusal(refusal)) {
    return refusal;
  }
  // No row: there is no such alert, or it does not fire.
  const [row] = await ctx.db.sql<AlertRow[]>`
    update alert
    set
      state = 'acknowledged',
      due_at = null,
      acknowledged_at = ${ctx.clock()},
      acknowledged_by = ${nameOf(ctx.actor)}
    where project_id = ${ctx.projectId} and id = ${id} and state = 'firing'
    returning ${alertColumns(ctx.db.sql)}
  `;
  if (row !== undefined) {
    return alertOf(row);
  }
  const found = await findAlert(ctx, id);
  return found === null
    ? noAlert(id)
    : refuse(
        'conflict',
        `Alert ${id} is ${found.state}; only one that fires can be acknowledged.`,
        {
          facts: { state: found.state },
        },
      );
}

export const silenceAlertInput = z.strictObject({
  seconds: z
    .number()
    .min(0)
    .max(30 * 86_400)
    .meta({ description: 'for so long from now; 0 ends a silence' }),
});

/** Nothing is said of it for a while, nor of one that comes after it with the same fingerprint. */
export async function silenceAlert(
  ctx: Context,
  { id, seconds }: { readonly id: string } & z.output<typeof silenceAlertInput>,
): Promise<Alert | Refusal> {
  const refusal = lacks(ctx, 'instances:write') ?? unlessId(id, noAlert);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [row] = await ctx.db.sql<AlertRow[]>`
    update alert
    set silenced_until = ${seconds === 0 ? null : new Date(ctx.clock().getTime() + seconds * 1_000)}
    where project_id = ${ctx.projectId} and id = ${id}
    returning ${alertColumns(ctx.db.sql)}
  `;
  return row === undefined ? noAlert(id) : alertOf(row);
}
