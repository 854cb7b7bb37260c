import * as z from 'zod';
import { nameOf, SCOPES, type Context } from '../context.ts';
import { instantInput } from '../page.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { apiKeyOf, type ApiKeyRow, type NewApiKey } from './api_key.ts';
import { hashSecret, makeKeyText } from './key_text.ts';

export const createApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ description: 'where it is used, for people' }),
  scopes: z.array(z.enum(SCOPES)).min(1),
  expiresAt: instantInput.optional(),
});

export type CreateApiKeyInput = z.output<typeof createApiKeyInput>;

/** Makes a key. Its text is in the answer and nowhere else: only a hash is kept. */
export async function createApiKey(
  ctx: Context,
  input: CreateApiKeyInput,
): Promise<NewApiKey | Refusal> {
  const refusal = lacks(ctx, 'admin');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const now = ctx.clock();
  if (input.expiresAt && input.expiresAt <= now) {
    return refuse('invalid_request', 'The key would have expired already.', {
      errors: [{ pointer: '/expiresAt', code: 'too_small', message: 'must lie ahead' }],
    });
  }

  const { id, secret, text } = makeKeyText();
  const [row] = await ctx.db.sql<[ApiKeyRow]>`
    insert into api_key (project_id, id, name, hash, scopes, created_by, created_at, expires_at)
    values (
      ${ctx.projectId}, ${id}, ${input.name}, ${hashSecret(secret)},
      ${[...new Set(input.scopes)]}::text[], ${nameOf(ctx.actor)}, ${now}, ${input.expiresAt ?? null}
    )
    returning
      id, name, scopes, created_by as "createdBy", created_at as "createdAt",
      expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
  `;

  return { ...apiKeyOf(row), key: text };
}
