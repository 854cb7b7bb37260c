import { randomUUID } from 'node:crypto';
import { isDatabaseGone } from '#operations/health/database_gone.ts';
import { isRefusal, lacks } from '#operations/refusal.ts';
import type { Context, Logger } from '#operations/context.ts';
import type { Database } from '#db/database.ts';
import type { OutboundGuards } from '#engine/outbound/target.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { readBytes, readJson } from './body.ts';
import { problemResponse, refuseEarly, type Refused } from './problem.ts';
import { Reply, type Route } from './route.ts';

export type BodyLimits = {
  /** Of a single thing, and of a batch, in bytes. */
  readonly single: number;
  readonly batch: number;
};

export type Serving = {
  readonly db: Database;
  readonly log: Logger;
  readonly clock: () => Date;
  readonly limits: BodyLimits;
  readonly authenticate: Authenticate;
  readonly outbound: OutboundGuards;
  readonly stopping?: AbortSignal;
};

const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** The caller's own id for its request, if it is harmless in logs and headers; else one of ours. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  return given !== null && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Who, what, do, answer: one request to one route. */
export async function serve(
  serving: Serving,
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const requestId = requestIdOf(request);

  try {
    const answer = await run(serving, route, request, params);

    if (answer instanceof Response) {
      return answer;
    }
    return answer instanceof Reply
      ? replyResponse(answer, requestId)
      : problemResponse(answer, requestId);
  } catch (error) {
    return problemResponse(surprise(serving.log, error, requestId), requestId);
  }
}

async function run(
  serving: Serving,
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<Reply<unknown> | Response | Refused> {
  const ctx = await contextOf(serving, route, request);
  if (isRefused(ctx)) {
    return ctx;
  }

  let body: unknown;
  if (route.body) {
    const { single, batch } = serving.limits;
    const read = await readJson(request, route.batch ? batch : single, route);
    if (!read.ok) {
      return read.refusal;
    }
    body = read.value;
  }
  const bytes = route.raw ? await readBytes(request, serving.limits.single) : NO_BYTES;
  if (!Buffer.isBuffer(bytes)) {
    return bytes;
  }

  return route.run(ctx, {
    params,
    query: queryOf(request.url),
    body,
    header: (name) => request.headers.get(name),
    headers: () => Object.fromEntries(request.headers),
    bytes,
    signal: () =>
      serving.stopping ? AbortSignal.any([request.signal, serving.stopping]) : request.signal,
    url: request.url,
  });
}

async function contextOf(
  { db, log, clock, outbound, authenticate }: Serving,
  route: Route,
  request: Request,
): Promise<Context | Refused> {
  if (route.scope === null) {
    // Whoever holds the capability in the path; what it is good for is in the capability itself.
    return { db, log, clock, projectId: 0, actor: { kind: 'worker', name: 'by token' } };
  }
  const verified = await authenticate(request);
  if ('refused' in verified) {
    return verified;
  }
  const ctx = { db, log, clock, outbound, ...verified };
  return lacks(ctx, route.scope) ?? ctx;
}

const NO_BYTES = Buffer.alloc(0);

const NO_QUERY = new URLSearchParams();

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return start === -1 ? NO_QUERY : new URLSearchParams(url.slice(start + 1));
}

function replyResponse({ body, status, headers }: Reply<unknown>, requestId: string): Response {
  if (status === 204) {
    return new Response(null, { status, headers: { ...headers, 'x-request-id': requestId } });
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...headers,
    },
  });
}

/** What nobody expected: logged whole, answered without any of it. */
export function surprise(log: Logger, error: unknown, requestId: string): Refused {
  if (isTooDeep(error)) {
    return refuseEarly('invalid_request', 'The body is nested too deeply.');
  }
  if (isUnstorableText(error)) {
    return refuseEarly(
      'invalid_request',
      'The request holds the character U+0000, which cannot be stored.',
    );
  }
  if (isDatabaseGone(error)) {
    log.warn({ err: error, requestId }, 'the database is away');
    return refuseEarly('unavailable', 'The database cannot be reached just now. Try again soon.');
  }
  log.error({ err: error, requestId }, 'a request failed');
  return refuseEarly(
    'internal',
    `Something went wrong here. The log of the server knows it as request ${requestId}.`,
  );
}

/** A stack overflow while walking a body of very many brackets, in V8 or in Postgres (54001, statement too complex). */
function isTooDeep(error: unknown): boolean {
  return (
    (error instanceof RangeError && error.message.includes('call stack')) ||
    (error instanceof Error && 'code' in error && error.code === '54001')
  );
}

/** U+0000 in a text that no rule of ours refuses: 22021, character not in repertoire; 22P05, untranslatable character. */
function isUnstorableText(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22021|22P05)$/.test(String(error.code));
}

function isRefused(answer: Context | Refused): answer is Refused {
  return isRefusal(answer);
}
