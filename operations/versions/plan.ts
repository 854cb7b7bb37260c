/** The business DAG of a workflow beside the plan that the engine makes of it. */
import { definition, type Definition } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import { comparePlan, type PlanComparison } from '#engine/plan/compare.ts';
import type { Plan } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { findDraft } from '../drafts/get.ts';
import { checkDefinition } from '../drafts/validate.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { loadKnown } from '../workflows/known.ts';
import { invalid } from '../workflows/publish.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { noVersion, type VersionName } from './get.ts';

/** Of a published version: the plan as it was stored, by whichever release. */
export async function getVersionPlan(
  ctx: Context,
  name: VersionName,
): Promise<PlanComparison | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads: sql } = ctx.db;
  const workflowId = await findWorkflowId(ctx, sql, name.workflow);
  if (workflowId === undefined) {
    return noWorkflow(name.workflow);
  }
  const [found] = await sql<{ definition: JsonObject; plan: Plan }[]>`
    select definition, plan
    from version
    where project_id = ${ctx.projectId} and workflow_id = ${workflowId}
      and number = ${name.version}
  `;
  return found === undefined
    ? noVersion(name)
    : comparePlan(publishedDefinition(found.definition), found.plan);
}

/** What was published was valid then, and later releases read it too. */
function publishedDefinition(stored: JsonObject): Definition {
  return definition.parse(stored);
}

/** Of the draft, as it would be if it was published now. */
export async function getDraftPlan(
  ctx: Context,
  { workflow }: { readonly workflow: string },
): Promise<PlanComparison | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads } = ctx.db;
  const found = await findDraft(ctx, reads, workflow);
  if (found === undefined) {
    return noWorkflow(workflow);
  }
  const document = found.current?.definition;
  if (document === undefined) {
    return refuse('not_found', `Workflow "${workflow}" has neither a draft nor a version yet.`);
  }
  const known = await loadKnown(ctx, reads, { workflow, definition: document });
  const checked = await checkDefinition(document, known);

  return checked.definition === null
    ? invalid(workflow, checked.problems)
    : comparePlan(checked.definition);
}
