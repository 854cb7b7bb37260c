import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { withSecret } from './signature.ts';
import {
  faultsOf,
  findTrigger,
  makeToken,
  noTrigger,
  triggerKey,
  triggerOf,
  triggerSettings,
  type Trigger,
} from './trigger.ts';

export const createTriggerInput = z
  .strictObject(triggerSettings)
  .partial()
  .extend({ key: triggerKey });

const DEFAULTS = {
  enabled: true,
  signature: { kind: 'none' },
  input: '{{ body }}',
  labels: {},
  dedupeKey: null,
  when: null,
  priority: null,
} as const;

export async function createTrigger(
  ctx: Context,
  { workflow, ...given }: { readonly workflow: string } & z.output<typeof createTriggerInput>,
): Promise<Trigger | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = { objectId: given.key, ...DEFAULTS, ...given };
  const faults = faultsOf(row);
  if (faults !== null) {
    return faults;
  }
  const { projectId } = ctx;
  const now = ctx.clock();
  const id = uuidv7(now);

  return ctx.db.transaction(async (tx) => {
    const workflowId = await findWorkflowId(ctx, tx, workflow, 'for key share');
    if (workflowId === undefined) {
      return noWorkflow(workflow);
    }
    const made = await tx`
      insert into trigger (
        project_id, id, workflow_id, key, name, enabled, token, signature, object_id, input, labels,
        dedupe_key, condition, priority, created_at, updated_at
      )
      values (
        ${projectId}, ${id}, ${workflowId}, ${row.key}, ${row.name ?? row.key}, ${row.enabled},
        ${makeToken()}, ${asJson(withSecret(row.signature, null))}::text::jsonb, ${row.objectId},
        ${asJson(row.input)}::text::jsonb, ${asJson(row.labels)}::text::jsonb, ${row.dedupeKey},
        ${row.when}, ${row.priority}, ${now}, ${now}
      )
      on conflict (project_id, workflow_id, key) do nothing
      returning id
    `;
    if (made.length === 0) {
      return refuse('conflict', `Workflow "${workflow}" has a trigger "${row.key}" already.`, {
        errors: [{ pointer: '/key', code: 'conflict', message: 'is taken already' }],
      });
    }
    await announceWorkflow(tx, { projectId, id: workflowId });
    const created = await findTrigger(ctx, tx, { workflow, id });

    return created === undefined ? noTrigger({ workflow, id }) : triggerOf(created);
  });
}
