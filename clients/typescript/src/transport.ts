/** Requests that are made again as long as what went wrong may pass: no connection, 429, 5xx. */
import { setTimeout as pause } from 'node:timers/promises';
import { LatchworkError, reasonOf } from './errors.ts';

export type Server = {
  /** As `https://latchwork.example`; a path in front of `/api/v1` may follow. */
  readonly url: string;
  /** `lwk_…`; null: none is needed. */
  readonly apiKey: string | null;
};

export type Request = {
  readonly method: string;
  /** A whole URL, or a path under `/api/v1`. */
  readonly path: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Breaks it off. */
  readonly signal?: AbortSignal;
  /** No further tries once it aborts; a request that is under way is heard out. */
  readonly until?: AbortSignal;
  /** How often it may be made again; default: for ever. */
  readonly retries?: number;
  readonly onRetry?: (message: string) => void;
};

const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Sends the request until it is answered, and gives the answer's JSON; undefined for an empty one.
 * @throws LatchworkError if the server refuses it, or the last retry failed too.
 */
export async function send(server: Server, request: Request): Promise<unknown> {
  const { signal, until, retries = Infinity, onRetry } = request;
  const over = AbortSignal.any([signal, until].filter((one) => one !== undefined));

  for (let failures = 0; ; failures += 1) {
    const tried = await attempt(server, request);
    if (tried.ok) return tried.answer;
    if (!tried.mayPass || over.aborted || failures >= retries) throw tried.error;

    const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    const wait = Math.max(tried.retryAfterMs, backoff * (0.5 + Math.random() / 2));
    onRetry?.(`${reasonOf(tried.error)}; trying again in ${(wait / 1000).toFixed(1)} s`);
    await pause(wait, undefined, { signal: over }).catch(() => {
      throw tried.error;
    });
  }
}

type Tried =
  | { readonly ok: true; readonly answer: unknown }
  | {
      readonly ok: false;
      readonly mayPass: boolean;
      readonly error: Error;
      readonly retryAfterMs: number;
    };

async function attempt(server: Server, request: Request): Promise<Tried> {
  try {
    const response = await fetch(urlOf(server, request), {
      method: request.method,
      headers: headersOf(server, request),
      body: bodyOf(request) ?? null,
      signal: AbortSignal.any([
        AbortSignal.timeout(request.timeoutMs ?? ANSWER_TIMEOUT_MS),
        ...(request.signal ? [request.signal] : []),
      ]),
    });
    const text = await response.text();
    if (response.ok) return { ok: true, answer: text === '' ? undefined : JSON.parse(text) };

    const { status } = response;
    return {
      ok: false,
      mayPass: status === 408 || status === 425 || status === 429 || status >= 500,
      error: refusalOf(request, status, text),
      retryAfterMs: 1000 * (Number(response.headers.get('retry-after')) || 0),
    };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { ok: false, mayPass: true, error, retryAfterMs: 0 };
  }
}

function urlOf({ url }: Server, { path }: Request): string {
  return path.startsWith('/') ? `${url.replace(/\/+$/, '')}/api/v1${path}` : path;
}

function headersOf({ apiKey }: Server, { headers, body }: Request): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    ...headers,
  };
}

function bodyOf({ body }: Request): string | undefined {
  return typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
}

/** What answers may be a proxy on the way, and its answer anything. */
function refusalOf({ method, path }: Request, status: number, text: string): LatchworkError {
  const problem = parseObject(text);
  const { code, detail } = problem;
  const said = typeof detail === 'string' ? detail : text.slice(0, 200);

  return new LatchworkError(`${method} ${path} answered ${status}: ${said}`, {
    status,
    code: typeof code === 'string' ? code : `http_${status}`,
    problem,
  });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
