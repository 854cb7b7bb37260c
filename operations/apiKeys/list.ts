import { and, desc, eq, isNull, lt, or } from 'drizzle-orm';
import * as z from 'zod';
import { apiKeys } from '#db/schema.ts';
import type { Context } from '../context.ts';
import { instantInput, pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { apiKeyOf, type ApiKey } from './api_key.ts';

export const listApiKeysInput = z.strictObject(pageInput);

const cursorParts = z.tuple([instantInput, z.string()]);

/** Keys that were not revoked, the newest first. */
export async function listApiKeys(
  ctx: Context,
  input: z.output<typeof listApiKeysInput>,
): Promise<Page<ApiKey> | Refusal> {
  const cursor = lacks(ctx, 'admin') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const [madeAt, id] = cursor ?? [];

  const rows = await ctx.db.drizzle
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.projectId, ctx.projectId),
        isNull(apiKeys.revokedAt),
        madeAt &&
          or(
            lt(apiKeys.createdAt, madeAt),
            and(eq(apiKeys.createdAt, madeAt), lt(apiKeys.id, id ?? '')),
          ),
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(input.limit + 1);

  return toPage(
    rows,
    input.limit,
    (row) => writeCursor([row.createdAt.toISOString(), row.id]),
    apiKeyOf,
  );
}
