import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { selectEndpoints, type Endpoint } from './endpoint.ts';

export const listEndpointsInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.uuid()]);

/** Endpoints, the newest first. */
export async function listEndpoints(
  ctx: Context,
  input: z.output<typeof listEndpointsInput>,
): Promise<Page<Endpoint> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const rows = await selectEndpoints(ctx, ctx.db.reads, {
    before: refusal?.[0] ?? null,
    limit: input.limit + 1,
  });

  return toPage(
    rows,
    input.limit,
    ({ id }) => writeCursor([id]),
    (row) => row,
  );
}
