/**
 * Push: a claimed task as a message to its work's endpoint. verdict.ts reads the answer, pump.ts sends; docs/push.md is the receiver's
 * side of all three.
 */
import { createHash } from 'node:crypto';
import type { Json } from '#engine/json.ts';
import type { OutboundRequest } from './http.ts';
import { type Sign, signatureHeaders } from './signature.ts';

/** A claimed task, as its worker sees it. */
export type PushTask = {
  readonly id: string;
  readonly instanceId: string;
  readonly objectId: string;
  readonly workflow: string;
  readonly version: number;
  /** Key of the node. */
  readonly task: string;
  readonly work: string;
  readonly segment: { readonly order: number; readonly count: number } | null;
  readonly item?: Json;
  readonly input: Json;
  readonly attempt: number;
  readonly priority: number;
  readonly token: string;
  readonly deadlines: {
    readonly startBy: string | null;
    readonly runBy: string | null;
    readonly heartbeatSeconds: number | null;
  };
  readonly reportUrl: string;
  /** Earlier deliveries of this attempt that were to be repeated. Not sent. */
  readonly deliveries: number;
};

export type PushWork = {
  readonly key: string;
  readonly url: string;
  /** Newest first; empty: nothing is signed. */
  readonly secrets: readonly string[];
  /** How long the endpoint may take to answer. */
  readonly timeoutSeconds: number;
  /** Requests under way at once. */
  readonly concurrency: number;
};

export function pushRequest(
  task: PushTask,
  work: PushWork,
  sign: Sign | null,
  now: Date,
): OutboundRequest {
  const { deliveries: _, ...claimed } = task;
  // Both are made of the token, so they are the same for every delivery of one attempt, without giving the token away.
  const digest = digestOf(task.token);
  const id = `msg_${digest.slice(0, 32)}`;
  const traceparent = `00-${traceId(task.instanceId)}-${digest.slice(32, 48)}-01`;

  return message('task.push', id, { ...claimed, traceparent }, { work, sign, now, traceparent });
}

/** A task that the endpoint was pushed and that is not its own any more: it was cancelled, or timed out. */
export type CancelledTask = Pick<
  PushTask,
  'id' | 'instanceId' | 'objectId' | 'workflow' | 'version' | 'task' | 'work' | 'attempt'
> & { readonly reason: string };

/** `secret`: that of the attempt, of which the id of the message is made. */
export function cancelRequest(
  task: CancelledTask,
  secret: string,
  work: Pick<PushWork, 'url' | 'timeoutSeconds'>,
  sign: Sign | null,
  now: Date,
): OutboundRequest {
  const digest = digestOf(`cancelled ${secret}`);
  const traceparent = `00-${traceId(task.instanceId)}-${digest.slice(32, 48)}-01`;

  return message(
    'task.cancelled',
    `msg_${digest.slice(0, 32)}`,
    { ...task, traceparent },
    { work, sign, now, traceparent },
  );
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function message(
  type: string,
  id: string,
  data: object,
  {
    work,
    sign,
    now,
    traceparent,
  }: {
    readonly work: Pick<PushWork, 'url' | 'timeoutSeconds'>;
    readonly sign: Sign | null;
    readonly now: Date;
    readonly traceparent: string;
  },
): OutboundRequest {
  const body = Buffer.from(JSON.stringify({ type, timestamp: now.toISOString(), data }));
  const totalMs = work.timeoutSeconds * 1_000;

  return {
    method: 'POST',
    url: work.url,
    headers: [
      'content-type',
      'application/json',
      'user-agent',
      'Latchwork',
      'traceparent',
      traceparent,
      ...signatureHeaders(sign, id, now, body),
    ],
    body,
    limits: { totalMs, headersMs: totalMs, bodyMs: totalMs },
  };
}

/** An instance is a trace: its UUID is 32 hex digits too. */
function traceId(instanceId: string): string {
  return instanceId.replaceAll('-', '');
}
