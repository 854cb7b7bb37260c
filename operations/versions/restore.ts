import { asJson } from '#db/database.ts';
import { nameOf, type Context } from '../context.ts';
import { matches, type DraftAnswer } from '../drafts/draft.ts';
import { findDraft } from '../drafts/get.ts';
import { mismatch } from '../drafts/save.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { insertDraft } from '../workflows/create.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { findVersion, type VersionName } from './get.ts';

/** Makes a version's definition the draft. A draft that is there is replaced only by somebody who names its ETag. */
export async function restoreVersion(
  ctx: Context,
  { ifMatch, ...name }: VersionName & { readonly ifMatch: string | null },
): Promise<DraftAnswer | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const found = await findDraft(ctx, tx, name.workflow);
    const version = await findVersion(ctx, tx, name);
    if (found === undefined || isRefusal(version)) {
      return isRefusal(version) ? version : noWorkflow(name.workflow);
    }
    if (found.draft && ifMatch === null) {
      return refuse(
        'etag_required',
        `Workflow "${name.workflow}" has a draft; send its ETag as If-Match to replace it.`,
      );
    }
    if (found.draft && !matches(ifMatch ?? '', found.draft)) {
      return mismatch(name.workflow, found);
    }

    const written = found.draft
      ? await tx`
          update version
          set
            definition = ${asJson(version.definition)}::text::json,
            based_on = ${name.version},
            revision = revision + 1,
            updated_by = ${nameOf(ctx.actor)},
            updated_at = ${ctx.clock()}
          where project_id = ${ctx.projectId} and id = ${found.draft.id} and status = 'draft'
            and revision = ${found.draft.revision}
          returning id
        `
      : [
          await insertDraft(ctx, tx, {
            workflowId: found.workflowId,
            definition: version.definition,
            basedOn: name.version,
          }),
        ];
    const after = await findDraft(ctx, tx, name.workflow);
    if (written[0] === undefined || !after?.current) {
      return mismatch(name.workflow, after);
    }

    await announceWorkflow(tx, { projectId: ctx.projectId, id: found.workflowId });
    return after.current;
  });
}
