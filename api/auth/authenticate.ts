import type { Database } from '#db/database.ts';
import { verifyApiKey, type Verified } from '#operations/apiKeys/verify.ts';
import { refuseEarly, type Refused } from '../problem.ts';
import { createSessions } from './session.ts';

export type Authenticate = (request: Request) => Promise<Verified | Refused>;

/** Who asks: the API key of the Authorization header, or else the session cookie. */
export function createAuthenticate(deps: {
  readonly db: Database;
  readonly clock: () => Date;
  /** Null: no sessions, only keys. */
  readonly sessionSecret: string | null;
  readonly publicUrl: string | null;
}): Authenticate {
  const sessions =
    deps.sessionSecret === null ? null : createSessions({ ...deps, secret: deps.sessionSecret });

  return async (request) => {
    const authorization = request.headers.get('authorization');
    if (authorization !== null) {
      const [scheme, key = ''] = authorization.split(' ', 2);
      return scheme?.toLowerCase() === 'bearer'
        ? verifyApiKey(deps, key)
        : refuseEarly('unauthorized', 'The Authorization header must be "Bearer lwk_…".');
    }

    const cookie = sessions?.read(request);
    if (!sessions || !cookie) {
      return refuseEarly(
        'unauthorized',
        'Send an API key as "Authorization: Bearer lwk_…", or sign in.',
      );
    }
    return isForged(request, deps.publicUrl)
      ? refuseEarly('forbidden', 'A change by session must come from a page of this site.')
      : sessions.verify(cookie);
  };
}

/**
 * Browsers send the cookie with whatever page makes the request. They also say, unforgeably, where it came from: a write that does not
 * come from our own pages is not the person's.
 */
function isForged(request: Request, publicUrl: string | null): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') {
    return false;
  }
  const origin = request.headers.get('origin');
  if (origin === null) {
    return request.headers.get('sec-fetch-site') !== 'same-origin';
  }
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  // A page cannot set X-Forwarded-Host on a request to another site, so it may name us as well as Host.
  const ours = [
    request.headers.get('host'),
    request.headers.get('x-forwarded-host'),
    publicUrl === null ? null : new URL(publicUrl).host,
  ];

  return host === null || !ours.includes(host);
}
