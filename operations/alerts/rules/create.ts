import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import { ALERT_KINDS } from '#engine/alert/rule.ts';
import { jsonObject } from '#engine/json.ts';
import type { Context } from '../../context.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { checkRule, noRule, ruleSettings, selectRules, type AlertRule } from './rule.ts';

export const createAlertRuleInput = z.strictObject({
  name: ruleSettings.name,
  kind: z.enum(ALERT_KINDS),
  params: jsonObject.default({}).meta({ description: 'by kind: see docs/alerts.md' }),
  workflows: ruleSettings.workflows.default([]),
  works: ruleSettings.works.default([]),
  channels: ruleSettings.channels.default([]),
  level: ruleSettings.level.default('warning'),
  quietSeconds: ruleSettings.quietSeconds.default(600),
  enabled: ruleSettings.enabled.default(true),
});

/** Makes a rule. It counts from the next look on: what happened before it is none of its business. */
export async function createAlertRule(
  ctx: Context,
  input: z.output<typeof createAlertRuleInput>,
): Promise<AlertRule | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const params = await checkRule(ctx, tx, input);
    if (isRefusal(params)) {
      return params;
    }
    const now = ctx.clock();
    const id = uuidv7(now);
    await tx`
      insert into alert_rule (
        project_id, id, name, kind, params, workflows, works, channels, level, quiet_seconds,
        enabled, created_at, updated_at
      )
      values (
        ${ctx.projectId}, ${id}, ${input.name}, ${input.kind}, ${asJson(params)}::text::jsonb,
        ${input.workflows}::text[], ${input.works}::text[], ${input.channels}::uuid[],
        ${input.level}, ${input.quietSeconds}, ${input.enabled}, ${now}, ${now}
      )
    `;
    const [rule] = await selectRules(ctx, tx, id);
    return rule ?? noRule(id);
  });
}
