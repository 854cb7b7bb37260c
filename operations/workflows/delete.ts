import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from './announce.ts';
import { noWorkflow } from './workflow.ts';

/** Removes a workflow with its versions. Not while it has instances: they are its history, and expire with it. */
export async function deleteWorkflow(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<{ key: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const [workflow] = await tx<{ id: number; used: boolean }[]>`
      select w.id, exists (
        select from instance i where i.project_id = w.project_id and i.workflow_id = w.id
      ) as used
      from workflow w
      where w.project_id = ${projectId} and w.key = ${key}
      for update
    `;
    if (workflow === undefined) {
      return noWorkflow(key);
    }
    if (workflow.used) {
      return refuse(
        'conflict',
        `Workflow "${key}" has instances; switch it off instead, or delete it when they have expired.`,
      );
    }

    await tx`delete from workflow where project_id = ${projectId} and id = ${workflow.id}`;
    await announceWorkflow(tx, { projectId, id: workflow.id });
    return { key };
  });
}
