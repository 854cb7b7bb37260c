/**
 * People's sessions: the encrypted cookie that next-auth sets at sign-in, read without Next. What must be in its token is `sub`, the id
 * of the user; name and role are asked of the database, so that a removed person is out within seconds.
 */
import { decode } from 'next-auth/jwt';
import type { Database } from '#db/database.ts';
import type { Verified } from '#operations/apiKeys/verify.ts';
import { defaultProject } from '#operations/projects/default.ts';
import { ShortMemory } from '#operations/short_memory.ts';
import { findUser } from '#operations/users/find.ts';
import { refuseEarly, type Refused } from '../problem.ts';

const COOKIES = ['__Secure-next-auth.session-token', 'next-auth.session-token'] as const;

/** Decrypting costs a millisecond; a page asks a dozen times in a row. */
const DECODED_FOR_MS = 30_000;

type Session = { readonly userId: string; readonly until: number };

export type Sessions = {
  /** The session cookie of a request, if it bears one. */
  read(request: Request): string | null;
  verify(cookie: string): Promise<Verified | Refused>;
};

export function createSessions(deps: {
  readonly db: Database;
  readonly clock: () => Date;
  readonly secret: string;
}): Sessions {
  const decoded = new ShortMemory<string, Session | null>({
    lifetimeMs: DECODED_FOR_MS,
    most: 1_000,
  });

  return {
    read: (request) => readCookie(request.headers.get('cookie') ?? ''),
    async verify(cookie) {
      const now = deps.clock();
      const session = await decoded.recall(cookie, now, () => decodeSession(cookie, deps.secret));

      if (session === null || session.until <= now.getTime()) {
        return refuseEarly('unauthorized', 'The session has ended; sign in again.');
      }
      const actor = await findUser(deps, session.userId);
      return actor === null
        ? refuseEarly('unauthorized', 'The person of this session does not exist any more.')
        : { actor, projectId: await defaultProject(deps.db) };
    },
  };
}

async function decodeSession(cookie: string, secret: string): Promise<Session | null> {
  try {
    const token = await decode({ token: cookie, secret });
    return typeof token?.sub === 'string' && typeof token.exp === 'number'
      ? { userId: token.sub, until: token.exp * 1_000 }
      : null;
  } catch {
    // Sealed with another secret, expired, or no token at all.
    return null;
  }
}

/** Large cookies come in parts: `name.0`, `name.1`, … */
function readCookie(header: string): string | null {
  if (!header.includes('next-auth.session-token')) {
    return null;
  }
  const cookies = header.split(/;\s*/).map((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/, 2);
    return { name, value };
  });

  for (const wanted of COOKIES) {
    const parts = cookies
      .filter(({ name }) => name === wanted || name.startsWith(`${wanted}.`))
      .toSorted((one, other) => partOf(one.name) - partOf(other.name));
    if (parts.length > 0) {
      return parts.map(({ value }) => value).join('');
    }
  }
  return null;
}

function partOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}
