import * as z from 'zod';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { makeSigningSecret } from '../works/secret.ts';
import { noEndpoint } from './endpoint.ts';

export const endpointSecrets = z
  .object({
    secrets: z.array(z.string()).meta({
      description: 'the newest first; messages bear a signature by each',
      examples: [['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']],
    }),
  })
  .meta({ id: 'EndpointSecrets', description: 'What an endpoint verifies messages with.' });

type Secrets = z.infer<typeof endpointSecrets>;

export async function getEndpointSecrets(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Secrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [row] = isId(id)
    ? await ctx.db.sql<Secrets[]>`
        select secrets from endpoint where project_id = ${ctx.projectId} and id = ${id}
      `
    : [];
  return row ?? noEndpoint(id);
}

/** A new secret. The one before stays valid beside it until the next rotation, so that the receiver can change over in peace. */
export async function rotateEndpointSecret(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Secrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [row] = isId(id)
    ? await ctx.db.sql<Secrets[]>`
        update endpoint
        set secrets = array_prepend(${makeSigningSecret()}, secrets[1:1]), updated_at = ${ctx.clock()}
        where project_id = ${ctx.projectId} and id = ${id}
        returning secrets
      `
    : [];
  return row ?? noEndpoint(id);
}
