/**
 * A receiver of pushed tasks, as a plain handler of Node's http requests: it checks the signature, does the work, and answers with the
 * result. Work that takes longer is accepted at once and reported on later, with heartbeats, to the URL that came with the task.
 *
 *     push ──> signature ──> handler ──┬─ in time ──> 200 {"status": "succeeded" | "failed", …}, or 409 if it rejects
 *                                      └─ later ────> 202, and then a report to data.reportUrl
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { ClaimedTask } from './api_types.ts';
import { type Attempt, type Report, type Result, startAttempt } from './attempt.ts';
import { LatchworkError, reasonOf } from './errors.ts';
import { verifyWebhook, WebhookError } from './signature.ts';
import type { Works } from './task.ts';
import { send } from './transport.ts';

export type ReceiverOptions = {
  /** `whsec_…`, of the works that are pushed here; during a rotation both. */
  readonly secrets: readonly string[];
  readonly works: Works;
  /** Work that takes longer is accepted and reported on later. At most 15, when the push is given up. Default 5. */
  readonly answerWithinSeconds?: number;
  /** Tasks at once; what comes beyond is put off with 429. Default: no limit. */
  readonly concurrency?: number;
  readonly log?: (line: string) => void;
};

export interface Receiver {
  (request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes no more (503), and settles when everything is finished or, after the grace, given back. */
  close(options?: { readonly graceSeconds?: number }): Promise<void>;
}

type Answer = {
  readonly status: number;
  readonly body: object;
  readonly retryAfterSeconds?: number;
};
type Push = {
  readonly type: string;
  /** A claimed task; of a `task.cancelled` what names it, and why it is no longer wanted. */
  readonly data: ClaimedTask & { readonly reason?: string };
};

const LARGEST_BODY = 16_777_216;
const GRACE_SECONDS = 25;
/** Pushes of which the answer is kept, in case it was lost on its way and the push comes again. */
const MOST_REMEMBERED = 1_000;

export function createReceiver(options: ReceiverOptions): Receiver {
  const { secrets, works, answerWithinSeconds = 5, concurrency = Infinity } = options;
  const { log = () => undefined } = options;
  const stopping = new AbortController();
  const unheard = new AbortController();
  const running = new Map<Attempt, ClaimedTask>();
  const late = new Set<Promise<void>>();
  const answers = new Map<string, Promise<Answer>>();

  if (secrets.length === 0) throw new TypeError('a receiver needs at least one secret');

  async function receive(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'POST') return refusal(405, 'only POST');
    const body = await readBody(request);
    if (body === null) return refusal(413, 'the body is too large');

    try {
      verifyWebhook(secrets, request.headers, body);
    } catch (error) {
      if (error instanceof WebhookError) return refusal(401, error.message);
      throw error;
    }

    const push = parsePush(body);
    if (push === null) return refusal(400, 'not a push of a task');
    // Header names the message, and is the same when it comes again: verifyWebhook has seen that it is there.
    const id = String(request.headers['webhook-id']);
    const known = answers.get(id);
    if (known) return known;
    if (push.type === 'task.cancelled') return cancel(push);
    if (push.type !== 'task.push') return { status: 204, body: {} };

    return take(id, push.data);
  }

  function take(id: string, task: ClaimedTask): Promise<Answer> | Answer {
    const handler = works[task.work];
    if (!handler) return refusal(404, `this receiver does not know ${task.work}`);
    if (stopping.signal.aborted) return { ...refusal(503, 'stopping'), retryAfterSeconds: 1 };
    if (running.size >= concurrency) return { ...refusal(429, 'busy'), retryAfterSeconds: 1 };

    const attempt = startAttempt({
      task,
      handler,
      worker: hostname(),
      tell: (report) => tell(task.reportUrl, report),
      stopping: stopping.signal,
      log,
    });
    running.set(attempt, task);
    void attempt.ending.then(() => running.delete(attempt));
    const answer = answerOf(attempt);
    remember(id, answer);
    return answer;
  }

  /** The result if it is there in time, else that it was accepted. */
  async function answerOf(attempt: Attempt): Promise<Answer> {
    const early = await inTime(attempt.ending, answerWithinSeconds);
    const result = early && resultOf(early.ending);
    if (result) return result;

    const done = attempt.ending.then(attempt.report).finally(() => late.delete(done));
    late.add(done);
    return { status: 202, body: { status: 'accepted' } };
  }

  function tell(reportUrl: string, report: Report): Promise<Result> {
    const body = { method: 'POST', path: reportUrl, body: report, onRetry: log };
    return send(NO_SERVER, { ...body, until: unheard.signal }).then(
      () => ({ ok: true }),
      (error: unknown) => refusedReport(error, unheard.signal.aborted),
    );
  }

  /** The notice that an accepted task was cancelled, or timed out. It may be missed: the answer to a heartbeat says so too. */
  function cancel({ data }: Push): Answer {
    const { reason = 'cancelled' } = data;
    for (const [attempt, task] of running) {
      if (task.id === data.id && task.attempt === data.attempt) {
        attempt.abandon(reason === 'cancelled' ? 'cancelled' : 'lost', reason);
      }
    }
    return { status: 204, body: {} };
  }

  function remember(id: string, answer: Promise<Answer>): void {
    answers.set(id, answer);
    const [oldest] = answers.keys();
    if (answers.size > MOST_REMEMBERED && oldest !== undefined) answers.delete(oldest);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await receive(request).catch((error: unknown): Answer => {
      log(`a push failed: ${reasonOf(error)}`);
      return refusal(500, 'something went wrong here');
    });
    response.statusCode = answer.status;
    response.setHeader('content-type', 'application/json');
    if (answer.retryAfterSeconds !== undefined) {
      response.setHeader('retry-after', answer.retryAfterSeconds);
    }
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
  }

  async function close({ graceSeconds = GRACE_SECONDS } = {}): Promise<void> {
    stopping.abort();
    const grace = setTimeout(() => {
      for (const attempt of running.keys()) attempt.giveBack('the receiver is stopping');
    }, graceSeconds * 1000);
    const last = setTimeout(() => unheard.abort(), (graceSeconds + LAST_WORDS_SECONDS) * 1000);

    await Promise.all([...running.keys()].map(({ ending }) => ending));
    await Promise.all(late);
    clearTimeout(grace);
    clearTimeout(last);
  }

  return Object.assign(handle, { close });
}

const LAST_WORDS_SECONDS = 5;
/** A report URL is whole, and its own right. */
const NO_SERVER = { url: '', apiKey: null };

function refusal(status: number, detail: string): Answer {
  return { status, body: { detail } };
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;

  // Without an encoding, as here, a request gives buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsePush(body: Buffer): Push | null {
  try {
    const push = JSON.parse(body.toString('utf8')) as Partial<Push> | null;
    const isPush = typeof push?.type === 'string' && typeof push.data === 'object';
    // It was signed by Latchwork, whose pushes hold a claimed task.
    return isPush ? (push as Push) : null;
  } catch {
    return null;
  }
}

async function inTime(
  ending: Promise<Report | null>,
  seconds: number,
): Promise<{ readonly ending: Report | null } | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((settle) => {
    timer = setTimeout(() => settle(null), seconds * 1000);
  });

  const first = await Promise.race([ending.then((one) => ({ ending: one })), late]);
  clearTimeout(timer);
  return first;
}

/** What an answer can say at once; null: it takes a report, as a delay or a stack does. */
function resultOf(ending: Report | null): Answer | null {
  // Cancelled: nobody reads it.
  if (ending === null) return { status: 200, body: { status: 'failed', message: 'cancelled' } };
  const { type, ...facts } = ending;

  switch (type) {
    case 'finish':
      return { status: 200, body: { status: 'succeeded', ...facts } };
    case 'fail':
      return 'retryAfterSeconds' in facts
        ? null
        : { status: 200, body: { status: 'failed', ...facts } };
    case 'reject':
      return refusal(409, typeof facts['reason'] === 'string' ? facts['reason'] : 'rejected');
    default:
      return null;
  }
}

function refusedReport(error: unknown, gaveUp: boolean): Result {
  if (!(error instanceof LatchworkError) || gaveUp) {
    return { ok: false, code: 'unreachable', message: reasonOf(error) };
  }
  const cancelled = error.problem['cancelled'] === true;
  return { ok: false, code: error.code, message: error.message, cancelled };
}
