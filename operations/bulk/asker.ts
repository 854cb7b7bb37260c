import type { Queryable } from '#db/database.ts';
import type { Actor, Context, Role, Scope } from '../context.ts';
import { nameOf } from '../context.ts';
import { refuse, type Refusal } from '../refusal.ts';

/**
 * Whoever asked for a bulk move, with the rights they have by now, which may be fewer than when they asked: somebody who was made a
 * viewer, or whose key was revoked, moves nothing more.
 */
export async function askerNow(
  ctx: Context,
  sql: Queryable,
  asker: Actor,
): Promise<Actor | Refusal> {
  switch (asker.kind) {
    case 'user': {
      const [user] = await sql<{ role: Role }[]>`select role from "user" where id = ${asker.id}`;
      return user === undefined ? gone(asker) : { ...asker, role: user.role };
    }
    case 'apiKey': {
      const [key] = await sql<{ scopes: readonly Scope[] }[]>`
        select scopes
        from api_key
        where project_id = ${ctx.projectId}
          and id = ${asker.id}
          and revoked_at is null
          and (expires_at is null or expires_at > ${ctx.clock()})
      `;
      return key === undefined ? gone(asker) : { ...asker, scopes: key.scopes };
    }
    case 'worker':
    case 'system':
      return asker;
  }
}

function gone(asker: Actor): Refusal {
  return refuse(
    'forbidden',
    `${nameOf(asker)}, who asked for this bulk move, has no access any more.`,
  );
}
