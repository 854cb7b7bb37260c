import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { versionNumber } from '#engine/definition.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { findWorkflowId } from '../workflows/find_id.ts';
import { noWorkflow } from '../workflows/workflow.ts';
import type { Version, VersionSummary } from './version.ts';

export const listVersionsInput = z.strictObject(pageInput);

const cursorParts = z.tuple([versionNumber]);

/** Published and retired versions of a workflow, the newest first. */
export async function listVersions(
  ctx: Context,
  input: z.output<typeof listVersionsInput> & { readonly workflow: string },
): Promise<Page<VersionSummary> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const workflowId = await findWorkflowId(ctx, ctx.db.reads, input.workflow);
  if (workflowId === undefined) {
    return noWorkflow(input.workflow);
  }

  const rows = await selectVersions(ctx, ctx.db.reads, workflowId, {
    before: refusal?.[0] ?? null,
    limit: input.limit + 1,
  });
  return toPage(
    rows,
    input.limit,
    ({ version }) => writeCursor([version]),
    ({ definition: _definition, ...summary }) => summary,
  );
}

type VersionRow = Omit<Version, 'publishedAt' | 'definition'> & {
  readonly publishedAt: Date;
  readonly definition: JsonObject;
};

/** Versions with how many instances are still on them; those that have not ended are few, and one index range per status. */
export async function selectVersions(
  ctx: Context,
  sql: Queryable,
  workflowId: number,
  wanted: { version: number } | { before: number | null; limit: number },
): Promise<Version[]> {
  const which =
    'version' in wanted
      ? sql`v.number = ${wanted.version}`
      : sql`v.number is not null and (${wanted.before}::int is null or v.number < ${wanted.before})`;

  const rows = await sql<VersionRow[]>`
    with unfinished as materialized (
      select version_id, count(*)::int as count
      from (
        select version_id
        from instance
        where project_id = ${ctx.projectId} and workflow_id = ${workflowId}
          and status in ('scheduled', 'queued', 'running', 'paused')
        limit 10000
      ) as counted
      group by version_id
    )
    select
      v.number as version, v.status, v.summary, v.definition,
      v.published_at as "publishedAt", v.updated_by as "publishedBy",
      coalesce(unfinished.count, 0) as instances
    from version v
    left join unfinished on unfinished.version_id = v.id
    where v.project_id = ${ctx.projectId} and v.workflow_id = ${workflowId} and ${which}
    order by v.number desc
    limit ${'version' in wanted ? 1 : wanted.limit}
  `;
  return rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
}
