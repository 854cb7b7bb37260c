import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { findVersion, noVersion, type VersionName } from './get.ts';
import type { Version } from './version.ts';

/**
 * Ends a version for new instances; those that run it go on. If it is the one that new instances run, they run the newest version that
 * is still published from now on: retiring the newest is going back.
 */
export async function retireVersion(ctx: Context, name: VersionName): Promise<Version | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const workflowId = await findWorkflowId(ctx, tx, name.workflow, 'for update');
    if (workflowId === undefined) {
      return noWorkflow(name.workflow);
    }

    // No row: there is no such version, or it was retired before.
    const [retired] = await tx`
      update version
      set status = 'retired'
      where project_id = ${projectId} and workflow_id = ${workflowId}
        and number = ${name.version} and status = 'published'
      returning id
    `;
    const version = await findVersion(ctx, tx, name);
    if (retired === undefined || isRefusal(version)) {
      return isRefusal(version) ? noVersion(name) : alreadyRetired(name);
    }

    await tx`
      update workflow w
      set
        published_version = (
          select max(v.number)
          from version v
          where v.project_id = w.project_id and v.workflow_id = w.id and v.status = 'published'
        ),
        updated_at = ${ctx.clock()}
      where w.project_id = ${projectId} and w.id = ${workflowId}
        and w.published_version = ${name.version}
    `;
    await announceWorkflow(tx, { projectId, id: workflowId });
    return version;
  });
}

function alreadyRetired({ workflow, version }: VersionName): Refusal {
  return refuse('conflict', `Version ${version} of "${workflow}" is retired already.`);
}
