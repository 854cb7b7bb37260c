import * as z from 'zod';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { bulkColumns, bulkOf, noBulk, type Bulk, type BulkRow } from './bulk.ts';

export async function getBulk(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Bulk | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads: sql } = ctx.db;
  const [row] = isId(id)
    ? await sql<BulkRow[]>`
        select ${bulkColumns(sql)} from bulk b where b.project_id = ${ctx.projectId} and b.id = ${id}
      `
    : [];
  return row === undefined ? noBulk(id) : bulkOf(row);
}

export const listBulksInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.uuid()]);

/** Bulk moves, the newest first. */
export async function listBulks(
  ctx: Context,
  input: z.output<typeof listBulksInput>,
): Promise<Page<Bulk> | Refusal> {
  const cursor = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const { reads: sql } = ctx.db;
  const rows = await sql<BulkRow[]>`
    select ${bulkColumns(sql)}
    from bulk b
    where b.project_id = ${ctx.projectId} and (${cursor?.[0] ?? null}::uuid is null or b.id < ${cursor?.[0] ?? null})
    order by b.id desc
    limit ${input.limit + 1}
  `;
  return toPage(rows, input.limit, ({ id }) => writeCursor([id]), bulkOf);
}

export const bulkFailure = z
  .object({ id: z.uuid(), code: z.string(), message: z.string() })
  .meta({ id: 'BulkFailure', description: 'An instance that could not make the move, and why.' });

export type BulkFailure = z.infer<typeof bulkFailure>;

/** The instances that a bulk move could not move. */
export async function listBulkFailures(
  ctx: Context,
  input: z.output<typeof listBulksInput> & { readonly id: string },
): Promise<Page<BulkFailure> | Refusal> {
  const found = await getBulk(ctx, input);
  const cursor = isRefusal(found) ? found : readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const after = cursor?.[0] ?? null;
  const rows = await ctx.db.reads<BulkFailure[]>`
    select instance_id as id, code, message
    from bulk_failure
    where project_id = ${ctx.projectId} and bulk_id = ${input.id}
      and (${after}::uuid is null or instance_id > ${after})
    order by instance_id
    limit ${input.limit + 1}
  `;
  return toPage(
    rows,
    input.limit,
    ({ id }) => writeCursor([id]),
    (row) => ({ ...row }),
  );
}
