import type { Json, JsonObject } from '#engine/json.ts';
import { unfoldMarks } from '#engine/plan/unfold.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { summarizeTasks, type InstanceNodes } from '../tasks/summaries.ts';
import { loadNames } from '../versions/names.ts';
import { loadPrograms } from '../versions/program.ts';
import {
  instanceColumns,
  instanceOf,
  noInstance,
  type Instance,
  type InstanceDetail,
  type InstanceRow,
} from './instance.ts';

type DetailRow = InstanceRow & {
  readonly versionId: number;
  readonly input: Json;
  readonly context: JsonObject;
  readonly output: Json | null;
  readonly dedupeKey: string | null;
  readonly notifyUrl: string | null;
  readonly notifyEvents: InstanceDetail['notifyEvents'];
  readonly parentId: string | null;
  readonly parentNode: number | null;
  readonly parentVersionId: number | null;
};

/** One instance with its data and all its tasks. */
export async function getInstance(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<InstanceDetail | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findInstance(ctx, id);
  if (row === undefined) {
    return noInstance(id);
  }

  return {
    ...instanceOf(row),
    input: row.input,
    context: row.context,
    output: row.output,
    dedupeKey: row.dedupeKey,
    notifyUrl: row.notifyUrl,
    notifyEvents: row.notifyEvents,
    parent: await parentOf(ctx, row),
    tasks: await summarizeTasks(ctx.db.reads, await nodesOf(ctx, row)),
  };
}

/** One instance as lists show it: what creating one answers. */
export async function getInstanceSummary(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Instance | Refusal> {
  const row = await findInstance(ctx, id);
  return row === undefined ? noInstance(id) : instanceOf(row);
}

export async function findInstance(ctx: Context, id: string): Promise<DetailRow | undefined> {
  if (!isId(id)) {
    return undefined;
  }
  const { reads: sql } = ctx.db;
  const [row] = await sql<DetailRow[]>`
    select
      ${instanceColumns(sql)},
      i.version_id as "versionId", i.input, i.context, i.output, i.dedupe_key as "dedupeKey",
      i.notify_url as "notifyUrl", i.notify_events as "notifyEvents",
      i.parent_id as "parentId", i.parent_node as "parentNode",
      parent.version_id as "parentVersionId"
    from instance i
    join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
    join version v on v.project_id = i.project_id and v.id = i.version_id
    left join instance parent on parent.project_id = i.project_id and parent.id = i.parent_id
    where i.project_id = ${ctx.projectId} and i.id = ${id}
  `;
  return row;
}

/** Null also if the parent has been deleted since: there is nothing to go to. */
async function parentOf(
  ctx: Context,
  { parentId, parentNode, parentVersionId }: DetailRow,
): Promise<InstanceDetail['parent']> {
  if (parentId === null || parentNode === null || parentVersionId === null) {
    return null;
  }
  const programOf = await loadPrograms(ctx.db, ctx.db.reads, [parentVersionId]);
  const node = programOf(parentVersionId).program.plan.nodes[parentNode];
  return node === undefined ? null : { instanceId: parentId, task: node.key };
}

/** Its state, with the plan that says what its letters mean and the names that people gave the nodes. Marks that were folded are there. */
export async function nodesOf(ctx: Context, row: DetailRow): Promise<InstanceNodes> {
  const { projectId } = ctx;
  const [programOf, names] = await Promise.all([
    loadPrograms(ctx.db, ctx.db.reads, [row.versionId]),
    loadNames(ctx.db, { projectId, versionId: row.versionId }),
  ]);

  return {
    projectId,
    instanceId: row.id,
    names,
    ...unfoldMarks(
      programOf(row.versionId).program.plan,
      decodeState(row.state),
      row.startedAt !== null,
    ),
  };
}
