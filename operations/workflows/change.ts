import * as z from 'zod';
import { asJson, type Transaction } from '#db/database.ts';
import { wake, type WakeUp } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { announceWorkflow } from './announce.ts';
import {
  clashOf,
  noWorkflow,
  selectWorkflows,
  workflowSettings,
  type Workflow,
} from './workflow.ts';

export const changeWorkflowInput = z.strictObject(workflowSettings).partial();

type Changes = z.output<typeof changeWorkflowInput>;

type Before = Pick<
  Workflow,
  'order' | 'ageingSeconds' | 'maxRunning' | 'onObjectBusy' | 'retentionDays'
> & {
  readonly id: number;
};

/** Changes settings; those not named stay. The switch, the limit and the order count at once for what is queued. */
export async function changeWorkflow(
  ctx: Context,
  { key, ...input }: { readonly key: string } & Changes,
): Promise<Workflow | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const before = await lockWorkflow(ctx, tx, key, input);
    if (before === undefined) {
      return noWorkflow(key);
    }
    const { projectId } = ctx;
    const after = { ...before, ...given(input) };
    const clash = clashOf(after);
    if (clash !== null) {
      return clash;
    }

    await update(ctx, tx, after, input);
    await follow(tx, projectId, before, after);
    await wake(tx, wakeUpsOf(projectId, before, after));
    await announceWorkflow(tx, { projectId, id: before.id });
    const [workflow] = await selectWorkflows(ctx, tx, { key });

    return workflow ?? noWorkflow(key);
  });
}

/**
 * Locks a workflow. If its rule for objects or its ageing may change, no instance is being created meanwhile: each is made wholly under
 * the old ones or wholly under the new ones.
 */
async function lockWorkflow(
  ctx: Context,
  tx: Transaction,
  key: string,
  { onObjectBusy, ageingSeconds }: Changes,
): Promise<Before | undefined> {
  const alone = onObjectBusy !== undefined || ageingSeconds !== undefined;
  const [workflow] = await tx<Before[]>`
    select
      id, admission as "order", ageing_seconds as "ageingSeconds", max_running as "maxRunning",
      on_object_busy as "onObjectBusy", retention_days as "retentionDays"
    from workflow
    where project_id = ${ctx.projectId} and key = ${key}
    ${alone ? tx`for update` : tx`for no key update`}
  `;
  return workflow;
}

/** Those of the settings that have consequences, or that may be null, where they are named. */
function given({ order, ageingSeconds, maxRunning, onObjectBusy, retentionDays }: Changes) {
  return {
    ...(retentionDays !== undefined && { retentionDays }),
    ...(order !== undefined && { order }),
    ...(ageingSeconds !== undefined && { ageingSeconds }),
    ...(maxRunning !== undefined && { maxRunning }),
    ...(onObjectBusy !== undefined && { onObjectBusy }),
  };
}

async function update(ctx: Context, tx: Transaction, after: Before, input: Changes): Promise<void> {
  const labels = input.labels === undefined ? null : asJson(input.labels);
  await tx`
    update workflow
    set
      name = coalesce(${input.name ?? null}, name),
      description = coalesce(${input.description ?? null}, description),
      enabled = coalesce(${input.enabled ?? null}, enabled),
      max_running = ${after.maxRunning},
      admission = ${after.order},
      priority = coalesce(${input.priority ?? null}, priority),
      ageing_seconds = ${after.ageingSeconds},
      on_object_busy = ${after.onObjectBusy},
      retention_days = ${after.retentionDays},
      labels = coalesce(${labels}::text::jsonb, labels),
      updated_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and id = ${after.id}
  `;
}

/** Makes what has not ended follow the new settings. */
async function follow(
  tx: Transaction,
  projectId: number,
  before: Before,
  after: Before,
): Promise<void> {
  if (after.maxRunning > 0 && before.maxRunning === 0) {
    await countRunning(tx, projectId, after.id);
  }
  if (after.onObjectBusy !== before.onObjectBusy && before.onObjectBusy === 'allow') {
    await makeExclusive(tx, projectId, after.id);
  }
  if (after.onObjectBusy !== before.onObjectBusy && after.onObjectBusy === 'allow') {
    await unblock(tx, projectId, after.id);
  }
}

function wakeUpsOf(projectId: number, before: Before, after: Before): WakeUp[] {
  const payload = { projectId, workflowId: after.id };
  return [
    { name: 'admit', payload },
    ...(after.ageingSeconds === before.ageingSeconds ? [] : [{ name: 'rank' as const, payload }]),
  ];
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

/** Instances that began while their object did not matter have it too; the next one waits for all of them. */
async function makeExclusive(
  tx: Transaction,
  projectId: number,
  workflowId: number,
): Promise<void> {
  await tx`
    update instance
    set exclusive = true
    where project_id = ${projectId}
      and workflow_id = ${workflowId}
      and status in ('scheduled', 'queued', 'running', 'paused')
      and not exclusive
  `;
}

/** Nobody has to wait for an object any more. */
async function unblock(tx: Transaction, projectId: number, workflowId: number): Promise<void> {
  await tx`
    update instance
    set blocked = false
    where project_id = ${projectId} and workflow_id = ${workflowId} and blocked
  `;
}
