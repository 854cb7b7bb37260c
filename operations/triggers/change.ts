import * as z from 'zod';
import { asJson } from '#db/database.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { onlySwitchesOff } from '../workflows/starters.ts';
import { withSecret } from './signature.ts';
import {
  faultsOf,
  findTrigger,
  noTrigger,
  triggerOf,
  triggerSettings,
  type Trigger,
  type TriggerName,
  type TriggerRow,
} from './trigger.ts';

export const changeTriggerInput = z.strictObject(triggerSettings).partial();

/** Changes settings; those not named stay, and so does a secret that is not named. */
export async function changeTrigger(
  ctx: Context,
  { workflow, id, signature, ...changes }: TriggerName & z.output<typeof changeTriggerInput>,
): Promise<Trigger | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const before = await findTrigger(ctx, tx, { workflow, id }, { lock: true });
    if (before === undefined) {
      return noTrigger({ workflow, id });
    }
    const named = Object.fromEntries(
      Object.entries(changes).filter(([, value]) => value !== undefined),
    ) as Partial<TriggerRow>;
    const after: TriggerRow = {
      ...before,
      ...named,
      ...(signature !== undefined && { signature: withSecret(signature, before.signature) }),
    };
    const faults = signature === undefined && onlySwitchesOff(changes) ? null : faultsOf(after);
    if (faults !== null) {
      return faults;
    }

    await tx`
      update trigger
      set
        name = ${after.name}, enabled = ${after.enabled},
        signature = ${asJson(after.signature)}::text::jsonb, object_id = ${after.objectId},
        input = ${asJson(after.input)}::text::jsonb, labels = ${asJson(after.labels)}::text::jsonb,
        dedupe_key = ${after.dedupeKey}, condition = ${after.when}, priority = ${after.priority},
        updated_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and id = ${id}
    `;
    await announceWorkflow(tx, { projectId: ctx.projectId, id: before.workflowId });
    const changed = await findTrigger(ctx, tx, { workflow, id });

    return changed === undefined ? noTrigger({ workflow, id }) : triggerOf(changed);
  });
}
