import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { selectVersions } from './list.ts';
import type { Version } from './version.ts';

export type VersionName = { readonly workflow: string; readonly version: number };

export async function getVersion(ctx: Context, name: VersionName): Promise<Version | Refusal> {
  const refusal = lacks(ctx, 'read');
  return isRefusal(refusal) ? refusal : findVersion(ctx, ctx.db.reads, name);
}

export async function findVersion(
  ctx: Context,
  sql: Queryable,
  { workflow, version }: VersionName,
): Promise<Version | Refusal> {
  const workflowId = await findWorkflowId(ctx, sql, workflow);
  if (workflowId === undefined) {
    return noWorkflow(workflow);
  }
  const [found] = await selectVersions(ctx, sql, workflowId, { version });

  return found ?? noVersion({ workflow, version });
}

export function noVersion({ workflow, version }: VersionName): Refusal {
  return refuse('not_found', `Workflow "${workflow}" has no version ${version}.`, {
    facts: { workflow, version },
  });
}
