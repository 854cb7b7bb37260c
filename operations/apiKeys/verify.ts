import { timingSafeEqual } from 'node:crypto';
import type { Database } from '#db/database.ts';
import type { Actor, Scope } from '../context.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { ShortMemory } from '../short_memory.ts';
import { hashSecret, readKeyText } from './key_text.ts';

/** A revoked key is refused everywhere this long after its revocation at the latest. */
export const REVOKED_WITHIN_MS = 5_000;

const LAST_USED_EVERY_MS = 60_000;

type KnownKey = {
  readonly projectId: number;
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

export type Verified = { readonly projectId: number; readonly actor: Actor };

const memories = new WeakMap<Database, ShortMemory<string, KnownKey | null>>();

/**
 * Whose key a text is. Asks the database once per key and few seconds; the secret is compared every time, in constant time. That the
 * key was used is noted once a minute at most.
 */
export async function verifyApiKey(
  deps: { readonly db: Database; readonly clock: () => Date },
  text: string,
): Promise<Verified | Refusal> {
  const read = readKeyText(text);
  if (read === null) {
    return refuse('unauthorized', 'The API key is malformed: it should look like lwk_XXXXXXXX_….');
  }

  const now = deps.clock();
  const key = await memoryOf(deps.db).recall(read.id, now, () => load(deps.db, read.id, now));

  if (key === null || !timingSafeEqual(hashSecret(read.secret), key.hash)) {
    return refuse('unauthorized', `There is no API key that begins with lwk_${read.id}.`);
  }
  if (key.revokedAt) {
    return refuse('unauthorized', `The API key "${key.name}" has been revoked.`);
  }
  if (key.expiresAt && key.expiresAt <= now) {
    return refuse(
      'unauthorized',
      `The API key "${key.name}" expired at ${key.expiresAt.toISOString()}.`,
    );
  }

  return {
    projectId: key.projectId,
    actor: { kind: 'apiKey', id: key.id, name: key.name, scopes: key.scopes },
  };
}

function memoryOf(db: Database): ShortMemory<string, KnownKey | null> {
  const memory =
    memories.get(db) ?? new ShortMemory({ lifetimeMs: REVOKED_WITHIN_MS, most: 10_000 });
  memories.set(db, memory);
  return memory;
}

async function load(db: Database, id: string, now: Date): Promise<KnownKey | null> {
  const [key] = await db.sql<KnownKey[]>`
    select
      project_id as "projectId", id, name, hash, scopes, expires_at as "expiresAt",
      last_used_at as "lastUsedAt", revoked_at as "revokedAt"
    from api_key
    where id = ${id}
  `;
  if (key === undefined) {
    return null;
  }
  if (now.getTime() - (key.lastUsedAt?.getTime() ?? 0) >= LAST_USED_EVERY_MS) {
    await db.sql`update api_key set last_used_at = ${now} where id = ${id}`;
  }
  return key;
}
