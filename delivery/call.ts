/**
 * A call: a request that a node of a workflow describes, and what its answer means. Pure but for the shape of the guarded client.
 *
 *     2xx ──────────────────────────────> answered      the node goes on with it
 *     408, 425, 429, 5xx, no answer ────> unreachable   may be better later; Retry-After says when
 *     any other status ─────────────────> refused       asking again does not help
 *     no usable URL, a redirect, too large an answer ──> impossible, neither
 */
import type { HttpAnswer } from '#engine/expression/scope.ts';
import { isTooNested, type Json, type JsonObject } from '#engine/json.ts';
import { excerpt, isTemporary, retryAfterMs } from './answer.ts';
import type { OutboundAnswer, OutboundHeaders, OutboundRequest } from './http.ts';

/** A request as it was rendered. */
export type Call = {
  readonly method: OutboundRequest['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is, everything else as JSON; undefined: there is none. */
  readonly body: Json | undefined;
  readonly timeoutSeconds: number;
};

export type CallVerdict =
  | { readonly type: 'answered'; readonly answer: HttpAnswer }
  | { readonly type: 'unreachable'; readonly message: string; readonly retryAfterMs: number }
  | { readonly type: 'refused'; readonly message: string; readonly answer: HttpAnswer }
  /** The request could not be made, or its answer not be taken. */
  | { readonly type: 'impossible'; readonly message: string }
  /** This process stops; nothing is known of the other side. */
  | { readonly type: 'stopped' };

/** `defaults`: headers that the call may say otherwise, by their names in lower case. */
export function callRequest(
  { method, url, headers, body, timeoutSeconds }: Call,
  defaults: Readonly<Record<string, string>> = {},
): OutboundRequest {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const all: Record<string, string> = {
    'user-agent': 'Latchwork',
    ...(text === null
      ? {}
      : {
          'content-type':
            typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
        }),
    ...defaults,
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  };
  const totalMs = timeoutSeconds * 1_000;

  return {
    method,
    url,
    headers: Object.entries(all).flat(),
    body: text === null ? null : Buffer.from(text),
    limits: { totalMs, headersMs: totalMs, bodyMs: totalMs },
  };
}

/** Says what an answer means for the call. */
export function judgeCall(answer: OutboundAnswer, now: Date): CallVerdict {
  if (!answer.ok) {
    switch (answer.code) {
      case 'stopped':
        return { type: 'stopped' };
      case 'bad_url':
      case 'refused_address':
      case 'redirect':
      case 'too_large':
        return { type: 'impossible', message: answer.message };
      case 'dns':
      case 'connect':
      case 'tls':
      case 'timeout':
      case 'reset':
      case 'bad_response':
        return { type: 'unreachable', message: answer.message, retryAfterMs: 0 };
    }
  }
  if (answer.status < 300) return { type: 'answered', answer: readAnswer(answer) };

  const message = `the service answered ${answer.status}${excerpt(answer.body)}`;

  return isTemporary(answer.status)
    ? { type: 'unreachable', message, retryAfterMs: retryAfterMs(answer, now) ?? 0 }
    : { type: 'refused', message, answer: readAnswer(answer) };
}

/** They speak of the connection, or are secrets of it. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
]);

function readAnswer({
  status,
  headers,
  body,
}: {
  readonly status: number;
  readonly headers: OutboundHeaders;
  readonly body: Buffer;
}): HttpAnswer {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || NOT_KEPT.has(name) ? [] : [[name, [value].flat().join(', ')] as const],
  );
  return { status, headers: Object.fromEntries(kept), body: readBody(body) };
}

/** JSON if it is, else text, as which it is also taken if it is nested beyond all sense; null if there is nothing. */
function readBody(body: Buffer): Json {
  const text = body.toString();

  if (text === '') return null;
  if (isTooNested(text)) return text;

  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const SECRET = /authorization|cookie|token|secret|key|password|signature/i;
const HIDDEN = '(hidden)';

/** A call as people may see it: without what opens doors, which are `secrets` and whatever is named like one. */
export function showCall(
  { method, url, headers, body }: Call,
  secrets: readonly string[],
): JsonObject {
  const hide = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    SECRET.test(name) ? HIDDEN : value,
  ]);
  const request: JsonObject = {
    method,
    url: hideQuery(url),
    headers: Object.fromEntries(shown) as JsonObject,
    ...(body === undefined ? {} : { body }),
  };

  // The secrets are base64url: nothing that JSON would write otherwise.
  return JSON.parse(hide(JSON.stringify(request))) as JsonObject;
}

function hideQuery(url: string): string {
  return url.replaceAll(/([?&])([^=&#]*)=([^&#]*)/g, (whole, mark: string, name: string) =>
    SECRET.test(name) ? `${mark}${name}=${HIDDEN}` : whole,
  );
}
