/**
 * Notifications: an event as a signed message, what the answer to it means, and what of both people may see. Pure.
 *
 *     2xx ──────────────────────────────> delivered
 *     410 ──────────────────────────────> gone        never again to this endpoint
 *     anything else, or no answer ──────> again       at the next of the moments below; after the last one it is dead
 *
 * docs/notifications.md is the receiver's side.
 */
import { excerpt, retryAfterMs } from './answer.ts';
import type { Health } from './breaker.ts';
import { showCall } from './call.ts';
import type { JsonObject } from '#engine/json.ts';
import type { OutboundAnswer, OutboundRequest } from './http.ts';
import { type Sign, signatureHeaders } from './signature.ts';

export type Message = {
  /** The same for every try. */
  readonly webhookId: string;
  readonly type: string;
  readonly at: Date;
  readonly data: JsonObject;
  readonly url: string;
};

const TIMEOUT_MS = 15_000;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** When tries come, in seconds after the first one. The first comes at once, the last a day later. */
const TRIES_AT = [
  0,
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

export const MOST_TRIES = TRIES_AT.length;

/** Of the wait for the next try, which is this share longer at most: those that failed together do not come back together. */
const JITTER = 0.1;

/** The bytes of a message; the same at every try, so that receivers may compare them. */
export function writeMessage({ type, at, data }: Message): Buffer {
  return Buffer.from(JSON.stringify({ type, timestamp: at.toISOString(), data }));
}

export function messageRequest(message: Message, sign: Sign, now: Date): OutboundRequest {
  const body = writeMessage(message);

  return {
    method: 'POST',
    url: message.url,
    headers: [
      'content-type',
      'application/json',
      'user-agent',
      'Latchwork',
      ...signatureHeaders(sign, `msg_${message.webhookId.replaceAll('-', '')}`, now, body),
    ],
    body,
    limits: { totalMs: TIMEOUT_MS, headersMs: TIMEOUT_MS, bodyMs: TIMEOUT_MS },
  };
}

export type MessageVerdict =
  | { readonly type: 'delivered' }
  | { readonly type: 'again'; readonly at: Date; readonly error: string }
  | { readonly type: 'dead'; readonly error: string }
  | { readonly type: 'gone'; readonly error: string }
  /** This process stops; nothing is known of the other side. */
  | { readonly type: 'cut_off' };

/** `tries`: how many there were, this one included. `random` in [0, 1) places the next one within its jitter. */
export function judgeMessage(
  answer: OutboundAnswer,
  tries: number,
  now: Date,
  random: number,
): MessageVerdict {
  if (!answer.ok && answer.code === 'stopped') return { type: 'cut_off' };

  if (answer.ok && answer.status < 300) return { type: 'delivered' };

  const error = answer.ok ? `it answered ${answer.status}${excerpt(answer.body)}` : answer.message;

  if (answer.status === 410) return { type: 'gone', error };

  const next = TRIES_AT[tries];

  if (next === undefined) return { type: 'dead', error };

  const waitMs = (next - (TRIES_AT[tries - 1] ?? 0)) * 1_000;
  const afterMs = Math.max(waitMs * (1 + random * JITTER), retryAfterMs(answer, now) ?? 0);

  return { type: 'again', at: new Date(now.getTime() + afterMs), error };
}

/** An event is of no use to its endpoint in pieces: any answer but a 2xx says that it does not take them now. */
export function healthOfMessage(answer: OutboundAnswer, now: Date): Health {
  if (answer.ok && (answer.status < 300 || answer.status === 410)) return { type: 'answered' };

  const afterMs = retryAfterMs(answer, now);

  return afterMs === null ? { type: 'failed' } : { type: 'asked_to_wait', afterMs };
}

/** The request, as the log keeps it: without what opens doors, and without the body, which is kept once for all tries. */
export function showRequest({ method, url, headers }: OutboundRequest): JsonObject {
  const pairs = headers.flatMap((name, place) =>
    place % 2 === 0 ? [[name, headers[place + 1] ?? ''] as const] : [],
  );

  return showCall(
    { method, url, headers: Object.fromEntries(pairs), body: undefined, timeoutSeconds: 0 },
    [],
  );
}

const SHOWN_CHARACTERS = 2_000;

/** The answer, as the log keeps it; null: there was none. */
export function showAnswer(answer: OutboundAnswer): JsonObject | null {
  if (answer.status === null) return null;

  const { 'set-cookie': _, ...headers } = answer.headers;
  const shown = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  const body = answer.ok ? answer.body.toString('utf8', 0, 4 * SHOWN_CHARACTERS) : '';

  return {
    status: answer.status,
    headers: Object.fromEntries(shown) as JsonObject,
    body: body.slice(0, SHOWN_CHARACTERS),
  };
}
