import { createHash } from 'node:crypto';
import { asJson, type Transaction } from '#db/database.ts';
import type { Context } from '../../context.ts';
import { refuse, type Refusal } from '../../refusal.ts';
import type { Created } from './instance.ts';

/** The answer to an earlier call with this key, or null after this call has taken the key. A call under way is waited for. */
export async function findEarlier(
  ctx: Context,
  tx: Transaction,
  key: string,
  input: object,
): Promise<{ results: readonly Created[]; replayed: true } | Refusal | null> {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest();
  const owner = ownerOf(ctx);
  const taken = await tx`
    insert into idempotency (project_id, owner, key, request_hash, answer, created_at)
    values (${ctx.projectId}, ${owner}, ${key}, ${hash}, '[]', ${ctx.clock()})
    on conflict do nothing
    returning key
  `;
  if (taken.length > 0) {
    return null;
  }
  const [earlier] = await tx<{ requestHash: Buffer; answer: Created[] }[]>`
    select request_hash as "requestHash", answer
    from idempotency
    where project_id = ${ctx.projectId} and owner = ${owner} and key = ${key}
  `;

  return earlier === undefined || !hash.equals(earlier.requestHash)
    ? refuse(
        'idempotency_mismatch',
        `The idempotency key "${key}" was used before with another request.`,
        { facts: { idempotencyKey: key } },
      )
    : { results: earlier.answer, replayed: true };
}

/** Keeps the answer of a call that has taken its key. */
export async function keepAnswer(
  ctx: Context,
  tx: Transaction,
  key: string,
  results: readonly Created[],
): Promise<void> {
  await tx`
    update idempotency set answer = ${asJson(results)}::text::jsonb
    where project_id = ${ctx.projectId} and owner = ${ownerOf(ctx)} and key = ${key}
  `;
}

function ownerOf({ actor }: Context): string {
  return 'id' in actor ? `${actor.kind}:${actor.id}` : actor.kind;
}
