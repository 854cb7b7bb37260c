import * as z from 'zod';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { ensureSecrets } from './ensure_secrets.ts';
import { makeSigningSecret } from './secret.ts';
import { noWork } from './work.ts';

export const workSecrets = z
  .object({
    secrets: z.array(z.string()).meta({
      description: 'the newest first; pushes bear a signature by each',
      examples: [['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']],
    }),
  })
  .meta({ id: 'WorkSecrets', description: 'What the receiver of a pushed work verifies with.' });

type Secrets = z.infer<typeof workSecrets>;

/** The signing secrets of a work, for whoever sets up its receiver. */
export async function getWorkSecrets(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<Secrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  // Notifications are signed with the secret of their built-in work: their receiver is set up before the first one.
  if (key === INTERNAL_WORKS.notify) {
    return { secrets: [...(await ensureSecrets(ctx, key))] };
  }
  const [row] = await ctx.db.sql<Secrets[]>`
    select secrets from work where project_id = ${ctx.projectId} and key = ${key}
  `;
  return row ?? noWork(key);
}

/** A new signing secret. The one before stays valid beside it until the next rotation, so that receivers can change over in peace. */
export async function rotateWorkSecret(
  ctx: Context,
  { key }: { readonly key: string },
): Promise<Secrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [row] = await ctx.db.sql<Secrets[]>`
    update work
    set secrets = array_prepend(${makeSigningSecret()}, secrets[1:1]), updated_at = ${ctx.clock()}
    where project_id = ${ctx.projectId} and key = ${key}
    returning secrets
  `;
  return row ?? noWork(key);
}
