/** What makes instances of a workflow by itself, its schedules and triggers: named, listed and removed in the same way. */
import * as z from 'zod';
import type { Fragment } from 'postgres';
import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { announceWorkflow } from './announce.ts';
import { findWorkflowId } from './find_id.ts';
import { noWorkflow } from './workflow.ts';

/** A schedule or a trigger of a workflow, by the workflow's key and its own id. */
export type StarterName = { readonly workflow: string; readonly id: string };

type StarterRow = { readonly id: string; readonly workflowId: number; readonly key: string };

/** What sets one kind apart from the other. */
export type StarterKind<Row extends StarterRow, Shown> = {
  readonly table: 'schedule' | 'trigger';
  /** Of the table as `s`, joined with its `workflow w`. */
  readonly columns: (sql: Queryable) => Fragment;
  readonly show: (row: Row) => Shown;
};

/** Off needs nothing to be right: whatever has become wrong since it was made can be stopped. */
export function onlySwitchesOff(changes: { readonly enabled?: boolean | undefined }): boolean {
  return changes.enabled === false && Object.keys(changes).length === 1;
}

/** One of a workflow; undefined for none, also where `id` is no id. */
export async function findStarter<Row extends StarterRow>(
  ctx: Context,
  sql: Queryable,
  { table, columns }: StarterKind<Row, unknown>,
  { workflow, id }: StarterName,
  { lock }: { readonly lock: boolean } = { lock: false },
): Promise<Row | undefined> {
  if (!isId(id)) {
    return undefined;
  }
  const [row] = await sql<Row[]>`
    select ${columns(sql)}
    from ${sql(table)} s
    join workflow w on w.project_id = s.project_id and w.id = s.workflow_id
    where s.project_id = ${ctx.projectId} and s.id = ${id} and w.key = ${workflow}
    ${lock ? sql`for update of s` : sql``}
  `;
  return row;
}

export async function getStarter<Row extends StarterRow, Shown>(
  ctx: Context,
  kind: StarterKind<Row, Shown>,
  name: StarterName,
): Promise<Shown | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findStarter(ctx, ctx.db.reads, kind, name);
  return row === undefined ? noStarter(kind, name) : kind.show(row);
}

export const listStartersInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.string()]);

/** Those of a workflow, by key. */
export async function listStarters<Row extends StarterRow, Shown>(
  ctx: Context,
  { table, columns, show }: StarterKind<Row, Shown>,
  { workflow, ...input }: { readonly workflow: string } & z.output<typeof listStartersInput>,
): Promise<Page<Shown> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const sql = ctx.db.reads;
  const workflowId = await findWorkflowId(ctx, sql, workflow);
  if (workflowId === undefined) {
    return noWorkflow(workflow);
  }
  const rows = await sql<Row[]>`
    select ${columns(sql)}
    from ${sql(table)} s
    join workflow w on w.project_id = s.project_id and w.id = s.workflow_id
    where s.project_id = ${ctx.projectId} and s.workflow_id = ${workflowId}
      and s.key > ${refusal?.[0] ?? ''}
    order by s.key
    limit ${input.limit + 1}
  `;
  return toPage<Row, Shown>(rows, input.limit, ({ key }) => writeCursor([key]), show);
}

/** Removes one with its log. Its instances stay. */
export async function deleteStarter<Row extends StarterRow>(
  ctx: Context,
  kind: StarterKind<Row, unknown>,
  name: StarterName,
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;

  return ctx.db.transaction(async (tx) => {
    const found = await findStarter(ctx, tx, kind, name, { lock: true });
    if (found === undefined) {
      return noStarter(kind, name);
    }
    await tx`delete from ${tx(kind.table)} where project_id = ${projectId} and id = ${found.id}`;
    await announceWorkflow(tx, { projectId, id: found.workflowId });
    return { id: found.id };
  });
}

export function noStarter(
  { table }: Pick<StarterKind<StarterRow, unknown>, 'table'>,
  { workflow, id }: StarterName,
): Refusal {
  return refuse('not_found', `Workflow "${workflow}" has no ${table} ${id}.`);
}
