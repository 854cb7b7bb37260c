import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from './announce.ts';
import { noWorkflow, selectWorkflows, workflowSettings, type Workflow } from './workflow.ts';

export const changeWorkflowInput = z.strictObject(workflowSettings).partial();

/** Changes settings; those not named stay. The switch, the limit and the order count at once for what is queued. */
export async function changeWorkflow(
  ctx: Context,
  { key, ...input }: { readonly key: string } & z.output<typeof changeWorkflowInput>,
): Promise<Workflow | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const labels = input.labels === undefined ? null : asJson(input.labels);
    const [changed] = await tx<{ id: number; maxRunning: number }[]>`
      update workflow
      set
        name = coalesce(${input.name ?? null}, name),
        description = coalesce(${input.description ?? null}, description),
        enabled = coalesce(${input.enabled ?? null}, enabled),
        max_running = coalesce(${input.maxRunning ?? null}, max_running),
        admission = coalesce(${input.order ?? null}, admission),
        priority = coalesce(${input.priority ?? null}, priority),
        labels = coalesce(${labels}::text::jsonb, labels),
        updated_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and key = ${key}
      returning id, max_running as "maxRunning"
    `;
    if (changed === undefined) {
      return noWorkflow(key);
    }

    const { projectId } = ctx;
    if (changed.maxRunning > 0 && input.maxRunning !== undefined) {
      await countRunning(tx, projectId, changed.id);
    }
    await wake(tx, [{ name: 'admit', payload: { projectId, workflowId: changed.id } }]);
    await announceWorkflow(tx, { projectId, id: changed.id });
    const [workflow] = await selectWorkflows(ctx, tx, { key });

    return workflow ?? noWorkflow(key);
  });
}

/** Instances that began without a limit do not wake admission at their end; under a new limit they must. */
async function countRunning(tx: Transaction, projectId: number, workflowId: number): Promise<void> {
  await tx`
    update instance
    set limited = true
    where project_id = ${projectId}
      and workflow_id = ${workflowId}
      and status in ('scheduled', 'queued', 'running', 'paused')
      and not limited
  `;
}
