import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import { draft, workflowKey } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import { nameOf, type Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from './announce.ts';
import {
  clashOf,
  noWorkflow,
  selectWorkflows,
  workflowSettings,
  type Workflow,
} from './workflow.ts';

export const createWorkflowInput = z.strictObject({
  key: workflowKey,
  ...z.object(workflowSettings).partial().shape,
  definition: draft.optional().meta({ description: 'becomes the draft' }),
});

export type CreateWorkflowInput = z.output<typeof createWorkflowInput>;

/** Makes a workflow, with its first draft if there is one. */
export async function createWorkflow(
  ctx: Context,
  input: CreateWorkflowInput,
): Promise<Workflow | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? clashOf(input);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const id = await insertWorkflow(ctx, tx, input);
    if (id === null) {
      return refuse('conflict', `There is a workflow "${input.key}" already.`, {
        facts: { workflow: input.key },
        errors: [{ pointer: '/key', code: 'conflict', message: 'is taken already' }],
      });
    }
    if (input.definition) {
      // A draft is checked for its shape only, and what JSON.parse made is JSON.
      await insertDraft(ctx, tx, { workflowId: id, definition: input.definition as JsonObject });
    }
    await announceWorkflow(tx, { projectId: ctx.projectId, id });
    const [workflow] = await selectWorkflows(ctx, tx, { key: input.key });

    return workflow ?? noWorkflow(input.key);
  });
}

/** Null: the key is taken. */
export async function insertWorkflow(
  ctx: Context,
  tx: Transaction,
  input: Omit<CreateWorkflowInput, 'definition'>,
): Promise<number | null> {
  const now = ctx.clock();
  const [made] = await tx<{ id: number }[]>`
    insert into workflow (
      project_id, key, name, description, enabled, max_running, admission, priority,
      ageing_seconds, on_object_busy, retention_days, labels, created_at, updated_at
    )
    values (
      ${ctx.projectId}, ${input.key}, ${input.name ?? input.key}, ${input.description ?? ''},
      ${input.enabled ?? true}, ${input.maxRunning ?? 0}, ${input.order ?? 'fifo'},
      ${input.priority ?? 0}, ${input.ageingSeconds ?? null}, ${input.onObjectBusy ?? 'allow'},
      ${input.retentionDays ?? null},
      ${asJson(input.labels ?? {})}::text::jsonb, ${now}, ${now}
    )
    on conflict (project_id, key) do nothing
    returning id
  `;
  return made?.id ?? null;
}

/** No row: the workflow has a draft already. */
export async function insertDraft(
  ctx: Context,
  tx: Transaction,
  draft: { workflowId: number; definition: JsonObject; basedOn?: number | null },
): Promise<{ id: number; revision: number } | undefined> {
  const [made] = await tx<{ id: number; revision: number }[]>`
    insert into version (
      project_id, workflow_id, status, definition, based_on, updated_by, updated_at
    )
    values (
      ${ctx.projectId}, ${draft.workflowId}, 'draft', ${asJson(draft.definition)}::text::json,
      ${draft.basedOn ?? null}, ${nameOf(ctx.actor)}, ${ctx.clock()}
    )
    on conflict (project_id, workflow_id) where status = 'draft' do nothing
    returning id, revision
  `;
  return made;
}
