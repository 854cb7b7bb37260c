import type { Context } from '../context.ts';
import { makeSigningSecret } from './secret.ts';

/** The signing secrets of a built-in work, the newest first. It gets its first one when it is first needed. */
export async function ensureSecrets(ctx: Context, work: string): Promise<readonly string[]> {
  const [found] = await ctx.db.sql<{ secrets: readonly string[] }[]>`
    select secrets from work where project_id = ${ctx.projectId} and key = ${work}
  `;
  if (found !== undefined && found.secrets.length > 0) {
    return found.secrets;
  }
  // Two processes may come here at once: the second finds what the first has written.
  const [made] = await ctx.db.sql<{ secrets: readonly string[] }[]>`
    update work
    set secrets = case when cardinality(secrets) = 0 then array[${makeSigningSecret()}] else secrets end
    where project_id = ${ctx.projectId} and key = ${work}
    returning secrets
  `;
  if (made === undefined) {
    throw new Error(`there is no work "${work}" in project ${ctx.projectId}`);
  }
  return made.secrets;
}
