import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { findDraft } from './get.ts';
import { matches } from './draft.ts';
import { mismatch } from './save.ts';

/** Throws the draft away; what is published stays. `ifMatch`: only if it is still this one. */
export async function discardDraft(
  ctx: Context,
  { workflow, ifMatch }: { readonly workflow: string; readonly ifMatch: string | null },
): Promise<{ workflow: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const found = await findDraft(ctx, tx, workflow);
    if (found === undefined) {
      return noWorkflow(workflow);
    }
    if (found.draft === null) {
      return refuse('not_found', `Workflow "${workflow}" has no draft.`);
    }
    if (ifMatch !== null && !matches(ifMatch, found.draft)) {
      return mismatch(workflow, found);
    }

    // No row: it was saved or published between the two statements.
    const gone = await tx`
      delete from version
      where project_id = ${ctx.projectId} and id = ${found.draft.id} and status = 'draft'
        and revision = ${found.draft.revision}
      returning id
    `;
    if (gone.length === 0) {
      return mismatch(workflow, await findDraft(ctx, tx, workflow));
    }
    await announceWorkflow(tx, { projectId: ctx.projectId, id: found.workflowId });
    return { workflow };
  });
}
