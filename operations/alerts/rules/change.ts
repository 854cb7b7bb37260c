import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { jsonObject } from '#engine/json.ts';
import type { Context } from '../../context.ts';
import { unlessId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { endAlertsOf } from './delete.ts';
import { checkRule, noRule, ruleSettings, selectRules, type AlertRule } from './rule.ts';

export const changeAlertRuleInput = z
  .strictObject({ ...ruleSettings, params: jsonObject })
  .partial();

/** Changes what is named. `params` are replaced whole; the kind of a rule stays. A rule that is switched off ends its alerts in silence. */
export async function changeAlertRule(
  ctx: Context,
  { id, ...changes }: { readonly id: string } & z.output<typeof changeAlertRuleInput>,
): Promise<AlertRule | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noRule);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    await tx`
      select from alert_rule where project_id = ${ctx.projectId} and id = ${id} for no key update
    `;
    const [before] = await selectRules(ctx, tx, id);
    if (before === undefined) {
      return noRule(id);
    }
    const after = {
      ...before,
      ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
    };
    const params = await checkRule(ctx, tx, after);
    if (isRefusal(params)) {
      return params;
    }
    await tx`
      update alert_rule
      set
        name = ${after.name},
        params = ${asJson(params)}::text::jsonb,
        workflows = ${[...after.workflows]}::text[],
        works = ${[...after.works]}::text[],
        channels = ${[...after.channels]}::uuid[],
        level = ${after.level},
        quiet_seconds = ${after.quietSeconds},
        enabled = ${after.enabled},
        updated_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and id = ${id}
    `;
    if (!after.enabled) {
      await endAlertsOf(ctx, tx, id);
    }
    const [rule] = await selectRules(ctx, tx, id);
    return rule ?? noRule(id);
  });
}
