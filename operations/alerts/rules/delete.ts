import type { Transaction } from '#db/database.ts';
import type { Context } from '../../context.ts';
import { unlessId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { noRule } from './rule.ts';

/** Deletes a rule. Its open alerts end in silence; they and those before them stay in the history. */
export async function deleteAlertRule(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noRule);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const [gone] = await tx<{ id: string }[]>`
      delete from alert_rule where project_id = ${ctx.projectId} and id = ${id} returning id
    `;
    await endAlertsOf(ctx, tx, id);
    return gone ?? noRule(id);
  });
}

/** Nobody looks any more whether they hold. */
export async function endAlertsOf(ctx: Context, tx: Transaction, ruleId: string): Promise<void> {
  await tx`
    update alert
    set state = 'resolved', resolved_at = ${ctx.clock()}, due_at = null
    where project_id = ${ctx.projectId} and rule_id = ${ruleId} and state <> 'resolved'
  `;
}
