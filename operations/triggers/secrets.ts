import * as z from 'zod';
import { asJson } from '#db/database.ts';
import type { Context } from '../context.ts';
import { instant, toInstant } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { makeSecret } from './signature.ts';
import { findTrigger, makeToken, noTrigger, type TriggerName, type TriggerRow } from './trigger.ts';

export const triggerSecrets = z
  .object({
    path: z.string().meta({
      description: 'below this installation: whoever knows it can send requests',
      examples: ['/api/v1/hooks/hook_1f2YQ0mV6yq2zjJ3fE0o5Qx8kZ4nT7aB'],
    }),
    previousUntil: instant
      .nullable()
      .meta({ description: 'so long the path before the last rotation is taken too' }),
    secret: z.string().nullable().meta({ description: 'that senders sign with' }),
  })
  .meta({ id: 'TriggerSecrets', description: 'What a sender must be told.' });

export type TriggerSecrets = z.output<typeof triggerSecrets>;

/** The URL of a trigger and its secret, for whoever sets up the sender. */
export async function getTriggerSecrets(
  ctx: Context,
  name: TriggerName,
): Promise<TriggerSecrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findTrigger(ctx, ctx.db.reads, name);
  return row === undefined ? noTrigger(name) : secretsOf(row, ctx.clock());
}

const LONGEST_GRACE_SECONDS = 7 * 86_400;

export const rotateTriggerInput = z.strictObject({
  secret: z
    .boolean()
    .default(false)
    .meta({ description: 'also a new secret, which counts at once' }),
  graceSeconds: z.int().min(0).max(LONGEST_GRACE_SECONDS).default(0).meta({
    description: 'so long the URL of before is taken too; 0: it is revoked at once',
  }),
});

/** A new URL. */
export async function rotateTrigger(
  ctx: Context,
  { secret, graceSeconds, ...name }: TriggerName & z.output<typeof rotateTriggerInput>,
): Promise<TriggerSecrets | Refusal> {
  const refusal = lacks(ctx, 'workflows:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const now = ctx.clock();
  const until = graceSeconds === 0 ? null : new Date(now.getTime() + graceSeconds * 1_000);

  return ctx.db.transaction(async (tx) => {
    const before = await findTrigger(ctx, tx, name, { lock: true });
    if (before === undefined) {
      return noTrigger(name);
    }
    const { signature } = before;
    const signed =
      secret && signature.kind !== 'none'
        ? { ...signature, secret: makeSecret(signature.kind) }
        : signature;

    await tx`
      update trigger
      set
        token = ${makeToken()}, previous_token = ${until === null ? null : before.token},
        previous_until = ${until}, signature = ${asJson(signed)}::text::jsonb, updated_at = ${now}
      where project_id = ${ctx.projectId} and id = ${before.id}
    `;
    const after = await findTrigger(ctx, tx, name);
    return after === undefined ? noTrigger(name) : secretsOf(after, now);
  });
}

function secretsOf({ token, signature, previousUntil }: TriggerRow, now: Date): TriggerSecrets {
  return {
    path: `/api/v1/hooks/${token}`,
    previousUntil: previousUntil !== null && previousUntil > now ? toInstant(previousUntil) : null,
    secret: signature.kind === 'none' ? null : signature.secret,
  };
}
