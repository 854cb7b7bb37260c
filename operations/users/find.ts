import { eq } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { users } from '#db/schema.ts';
import type { Actor } from '../context.ts';
import { ShortMemory } from '../short_memory.ts';

type Person = Extract<Actor, { kind: 'user' }>;

/** Somebody who was removed, or whose role changed, is treated so everywhere this long afterwards at the latest. */
const CHANGED_WITHIN_MS = 5_000;

const memories = new WeakMap<Database, ShortMemory<string, Person | null>>();

/** The person of a session; null if there is none (any more). The role comes from here, not from the session, which may be old. */
export function findUser(
  deps: { readonly db: Database; readonly clock: () => Date },
  id: string,
): Promise<Person | null> {
  const memory =
    memories.get(deps.db) ?? new ShortMemory({ lifetimeMs: CHANGED_WITHIN_MS, most: 1_000 });
  memories.set(deps.db, memory);

  return memory.recall(id, deps.clock(), () => load(deps.db, id));
}

async function load(db: Database, id: string): Promise<Person | null> {
  const [user] = await db.drizzle
    .select({ id: users.id, name: users.name, role: users.role })
    .from(users)
    .where(eq(users.id, id));

  return user ? { kind: 'user', ...user } : null;
}
