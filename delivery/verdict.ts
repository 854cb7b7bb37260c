/**
 * What the answer to a push means for its task. Pure.
 *
 *     2xx {"status": "succeeded" | "failed", …} ──> succeeded | failed    the answer is the result
 *     any other 2xx ──────────────────────────────> accepted              a report will follow
 *     409 ────────────────────────────────────────> rejected              not now: hand it out again later
 *     408, 425, 429, 5xx, no answer ──────────────> retry                 deliver the same attempt again
 *     any other 4xx, 3xx ─────────────────────────> undeliverable         the attempt fails with delivery_failed
 *
 * A retry delivers the *same* attempt once more: same token, same `webhook-id`, so that a receiver which did get the first one can tell.
 * It does not use up the retries of the task. After DELIVERY_RETRY.limit of them the attempt is undeliverable.
 */
import type { RetryPolicy } from '#engine/definition.ts';
import { isJsonObject, type Json, type JsonObject } from '#engine/json.ts';
import { decideRetry } from '#engine/retry.ts';
import { excerpt, isTemporary, retryAfterMs } from './answer.ts';
import type { Health } from './breaker.ts';
import type { OutboundFailure } from './failure.ts';
import type { OutboundAnswer } from './http.ts';

export type Verdict =
  | { readonly type: 'succeeded'; readonly output: Json; readonly context: JsonObject | null }
  /** The endpoint says that the task failed, with its own code if it has one. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly code: string | null;
      readonly retryable: boolean;
      readonly details: Json;
    }
  /** The attempt fails with `delivery_failed`. */
  | { readonly type: 'undeliverable'; readonly message: string; readonly retryable: boolean }
  | { readonly type: 'accepted' }
  | { readonly type: 'rejected'; readonly reason: string }
  | {
      readonly type: 'retry';
      readonly afterMs: number;
      readonly reason: string;
      /** That the endpoint answered; null: no answer came, or none that could be read. */
      readonly status: number | null;
    };

export const DELIVERY_RETRY: RetryPolicy = {
  limit: 20,
  backoff: 'exponential',
  delaySeconds: 1,
  maxSeconds: 300,
  jitter: 0.5,
};

/** Says what the answer to a delivery means. `random` in [0, 1) places the next try within its jitter. */
export function judgeAnswer(
  answer: OutboundAnswer,
  deliveries: number,
  now: Date,
  random: number,
  policy: RetryPolicy = DELIVERY_RETRY,
): Verdict {
  const status = answer.status ?? null;
  const again = (reason: string, retryAfterMs = 0): Verdict => {
    const failure = { code: 'delivery_failed', retryable: true, earlier: deliveries } as const;
    const decision = decideRetry(policy, failure, random);

    return decision.retry
      ? { type: 'retry', afterMs: retryAfterMs || decision.delayMs, reason, status }
      : undeliverable(`Given up after ${deliveries + 1} deliveries; the last: ${reason}`);
  };

  if (!answer.ok) {
    switch (answer.code) {
      case 'stopped':
        return { type: 'retry', afterMs: 0, reason: answer.message, status };
      case 'bad_url':
      case 'refused_address':
        return undeliverable(answer.message, false);
      case 'redirect':
        return undeliverable(answer.message);
      case 'too_large':
        // The work may well be done; doing it again would not make its answer smaller.
        return isTemporary(answer.status ?? 0)
          ? again(answer.message)
          : undeliverable(answer.message, false);
      case 'dns':
      case 'connect':
      case 'tls':
      case 'timeout':
      case 'reset':
      case 'bad_response':
        return again(answer.message);
    }
  }

  if (answer.status < 300) return judgeResult(answer.body);

  const said = `the endpoint answered ${answer.status}${excerpt(answer.body)}`;

  if (answer.status === 409) return { type: 'rejected', reason: said };

  return isTemporary(answer.status)
    ? again(said, retryAfterMs(answer, now) ?? 0)
    : undeliverable(said);
}

/** Failures that cost no time and say nothing of the next request. */
const SPEAKS_OF_ONE_REQUEST: ReadonlySet<OutboundFailure> = new Set([
  'bad_url',
  'refused_address',
  'redirect',
  'too_large',
]);

/** What an answer says about the endpoint rather than about the task. */
export function healthOf(answer: OutboundAnswer, now: Date): Health {
  if (!answer.ok) return { type: SPEAKS_OF_ONE_REQUEST.has(answer.code) ? 'answered' : 'failed' };

  // "Too early" and "you took too long" are about the one request.
  if (answer.status < 429 || !isTemporary(answer.status)) return { type: 'answered' };

  const afterMs = retryAfterMs(answer, now);

  return afterMs === null ? { type: 'failed' } : { type: 'asked_to_wait', afterMs };
}

/** A 2xx: the result itself if the body is one, else "accepted". */
function judgeResult(body: Buffer): Verdict {
  const said = parse(body);

  if (!isJsonObject(said)) return { type: 'accepted' };

  const { status } = said;

  if (status === 'succeeded' || status === 'finished') {
    return succeeded(said['output'] ?? said['result'] ?? null, said['context'] ?? null);
  }

  return status === 'failed' ? failed(said) : { type: 'accepted' };
}

function succeeded(output: Json, context: Json): Verdict {
  return context === null || isJsonObject(context)
    ? { type: 'succeeded', output, context }
    : undeliverable('the endpoint answered with a "context" that is not a JSON object', false);
}

function failed(said: JsonObject): Verdict {
  const { message, error, code, retryable, details } = said;
  const text = message ?? (isJsonObject(error) ? error['message'] : error);

  return {
    type: 'failed',
    message: typeof text === 'string' && text !== '' ? text : 'the endpoint answered "failed"',
    code: typeof code === 'string' ? code : null,
    retryable: retryable !== false,
    details: details ?? null,
  };
}

function undeliverable(message: string, retryable = true): Verdict {
  return { type: 'undeliverable', message, retryable };
}

function parse(body: Buffer): Json | undefined {
  if (body.length === 0) return undefined;

  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    return undefined;
  }
}
