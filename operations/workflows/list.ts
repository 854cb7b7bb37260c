import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { selectWorkflows, type Workflow } from './workflow.ts';

export const listWorkflowsInput = z.strictObject({
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'part of the key or name, in any case' }),
  ...pageInput,
});

const cursorParts = z.tuple([z.string()]);

/** Workflows by key. */
export async function listWorkflows(
  ctx: Context,
  input: z.output<typeof listWorkflowsInput>,
): Promise<Page<Workflow> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }

  const rows = await selectWorkflows(ctx, ctx.db.reads, {
    search: input.search ?? '',
    after: refusal?.[0] ?? '',
    limit: input.limit + 1,
  });

  return toPage(
    rows,
    input.limit,
    ({ key }) => writeCursor([key]),
    (row) => row,
  );
}
