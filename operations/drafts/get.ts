import type { Queryable } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import { draftOf, publishedEtag, type DraftAnswer, type DraftRow } from './draft.ts';

/** The draft of a workflow; where there is none, the version that the next draft would begin from. */
export async function getDraft(
  ctx: Context,
  { workflow }: { readonly workflow: string },
): Promise<DraftAnswer | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const found = await findDraft(ctx, ctx.db.reads, workflow);

  return found === undefined
    ? noWorkflow(workflow)
    : (found.current ??
        refuse('not_found', `Workflow "${workflow}" has neither a draft nor a version yet.`));
}

export type FoundDraft = {
  readonly workflowId: number;
  /** Of the draft itself; null if there is none. */
  readonly draft: DraftRow | null;
  /** What a GET shows: the draft, or else the newest version. */
  readonly current: DraftAnswer | null;
};

type FoundRow = {
  readonly workflowId: number;
  readonly id: number | null;
  readonly number: number | null;
  readonly revision: number;
  readonly definition: JsonObject;
  readonly basedOn: number | null;
  readonly updatedAt: Date;
  readonly updatedBy: string;
};

/** Undefined: there is no such workflow. A published version goes before newer ones that were retired. */
export async function findDraft(
  ctx: Context,
  sql: Queryable,
  workflow: string,
): Promise<FoundDraft | undefined> {
  const [row] = await sql<FoundRow[]>`
    select
      w.id as "workflowId", v.id, v.number, v.revision, v.definition, v.based_on as "basedOn",
      v.updated_at as "updatedAt", v.updated_by as "updatedBy"
    from workflow w
    left join version v on v.project_id = w.project_id and v.workflow_id = w.id
    where w.project_id = ${ctx.projectId} and w.key = ${workflow}
    order by
      v.status = 'draft' desc,
      v.number = w.published_version desc nulls last,
      v.number desc
    limit 1
  `;
  if (row === undefined) {
    return undefined;
  }

  const { workflowId, id, number } = row;
  if (id === null) {
    return { workflowId, draft: null, current: null };
  }
  if (number === null) {
    const draft = { ...row, id };
    return { workflowId, draft, current: draftOf(draft) };
  }
  return {
    workflowId,
    draft: null,
    current: { ...draftOf({ ...row, id }), etag: publishedEtag(number), basedOn: number },
  };
}
