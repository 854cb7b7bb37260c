import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { selectWorks, type Work } from './work.ts';

export const listWorksInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.string()]);

/** Works by key. */
export async function listWorks(
  ctx: Context,
  input: z.output<typeof listWorksInput>,
): Promise<Page<Work> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }

  const rows = await selectWorks(ctx, ctx.db.reads, {
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
