import { and, desc, eq, isNull } from 'drizzle-orm';
import { apiKeys } from '#db/schema.ts';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { apiKeyOf, type ApiKey } from './api_key.ts';

/** All keys that were not revoked, the newest first. There are never many. */
export async function listApiKeys(ctx: Context): Promise<Page<ApiKey> | Refusal> {
  const refusal = lacks(ctx, 'admin');
  if (isRefusal(refusal)) {
    return refusal;
  }

  const rows = await ctx.db.drizzle
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.projectId, ctx.projectId), isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id));

  return { data: rows.map(apiKeyOf), nextCursor: null };
}
