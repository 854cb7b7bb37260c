import type { Context } from '../../context.ts';
import { isId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { noRule, selectRules, type AlertRule } from './rule.ts';

/** All rules: people write them, so they are few. */
export async function listAlertRules(
  ctx: Context,
): Promise<{ data: AlertRule[]; nextCursor: null } | Refusal> {
  const refusal = lacks(ctx, 'read');
  return isRefusal(refusal)
    ? refusal
    : { data: await selectRules(ctx, ctx.db.reads, null), nextCursor: null };
}

export async function getAlertRule(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<AlertRule | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [rule] = isId(id) ? await selectRules(ctx, ctx.db.reads, id) : [];
  return rule ?? noRule(id);
}
