/**
 * One attempt at a task, from its hand-out to its end, whoever handed it out.
 *
 *     (start) ──> handler ──> finish | fail | raise | delay | reject
 *                   └─ heartbeat, again and again: progress goes out; "no longer yours" comes back and aborts the signal
 */
import { NonRetryableError, RetryableError, TaskAborted } from './errors.ts';
import { type Handler, isDelay, isReject, type Task, type TaskData } from './task.ts';

/** A report without its token. */
export type Report = { readonly type: string; readonly [fact: string]: unknown };

export type Result = {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly cancelled?: boolean;
};

export type AttemptOptions = {
  readonly task: TaskData & { readonly input: unknown };
  readonly handler: Handler;
  readonly worker: string;
  /** Sends a report until it is answered. */
  readonly tell: (report: Report) => Promise<Result>;
  readonly stopping: AbortSignal;
  readonly log: (line: string) => void;
};

export type Attempt = {
  /** How the handler ended; null: nobody wants to know any more. Never rejects. */
  readonly ending: Promise<Report | null>;
  /** Tells how it ended and settles once that is known there. */
  readonly report: (ending: Report | null) => Promise<void>;
  /** Ends it as rejected: its signal aborts, and what the handler answers afterwards is of no account. */
  readonly giveBack: (reason: string) => void;
  /** Its signal aborts, for nobody waits for the result any more. */
  readonly abandon: (why: TaskAborted['why'], message: string) => void;
};

const LONGEST_BEAT_SECONDS = 10;

/** Three heartbeats within the time that one is due: two may get lost. */
export function beatSeconds(heartbeatSeconds: number | null): number {
  return Math.min((heartbeatSeconds ?? Infinity) / 3, LONGEST_BEAT_SECONDS);
}

export function startAttempt(options: AttemptOptions): Attempt {
  const { task, worker, tell, log } = options;
  const { deadlines } = task;
  const aborter = new AbortController();
  const { signal } = aborter;
  let giveBack: Attempt['giveBack'] = () => undefined;
  const givenBack = new Promise<Report>((settle) => {
    giveBack = (reason) => {
      abandon('stopping', reason);
      settle({ type: 'reject', reason });
    };
  });
  let progress: number | undefined;
  let beating = false;

  function abandon(why: TaskAborted['why'], message: string): void {
    if (!signal.aborted) aborter.abort(new TaskAborted(why, message));
  }

  async function say(report: Report): Promise<Result> {
    const result = await tell(report);

    if (!result.ok && result.code === 'stale_attempt') {
      log(`${task.id}: ${result.message ?? 'no longer ours'}`);
      abandon(result.cancelled ? 'cancelled' : 'lost', result.message ?? result.code);
    }
    return result;
  }

  async function beat(): Promise<void> {
    if (beating || signal.aborted) return;
    beating = true;
    await say({ type: 'heartbeat', ...(progress === undefined ? {} : { progress }) });
    beating = false;
  }

  async function run(): Promise<Report | null> {
    // A work with `startReport` hands out first, and its clock runs from the start that it is told of.
    if (deadlines.startBy !== null) await say({ type: 'start', worker });
    if (signal.aborted) return null;

    const heart = setInterval(() => void beat(), beatSeconds(deadlines.heartbeatSeconds) * 1000);
    signal.addEventListener('abort', () => clearInterval(heart), { once: true });
    const shown: Task = {
      ...task,
      stopping: options.stopping,
      progress: (share) => {
        progress = Math.min(1, Math.max(0, share));
      },
      log: (line) => log(`${task.id}: ${line}`),
      patchContext: async (patch) => {
        const result = await say({ type: 'context', patch });
        if (!result.ok) throw new NonRetryableError(result.message ?? 'the patch was refused');
      },
    };

    try {
      return await outcomeOf(options.handler, shown, signal);
    } finally {
      clearInterval(heart);
    }
  }

  async function report(ending: Report | null): Promise<void> {
    if (ending === null) return;
    const result = await say(ending);
    if (result.ok || result.code === 'stale_attempt' || result.code === 'unreachable') return;

    // The server will not have it, as too large an output: so that is how the attempt ends.
    log(`${task.id}: ${result.message}`);
    const message = `The server refused the ${ending.type}: ${result.message ?? result.code}`;
    await say({ type: 'fail', message, code: 'report_refused', retryable: false });
  }

  return { ending: Promise.race([run(), givenBack]), report, giveBack, abandon };
}

async function outcomeOf(handler: Handler, task: Task, signal: AbortSignal) {
  let ending: Report;

  try {
    ending = endingOf(await handler(task, signal));
    // A value that is no JSON, as one with a circle, fails here and not in the midst of a batch of other tasks' reports.
    JSON.stringify(ending);
  } catch (thrown) {
    ending = failureOf(thrown);
  }
  return signal.aborted ? null : ending;
}

function endingOf(returned: unknown): Report {
  if (isDelay(returned)) return { type: 'delay', ...returned.facts };
  if (isReject(returned)) return { type: 'reject', ...returned.facts };

  return { type: 'finish', ...(returned === undefined ? {} : { output: returned }) };
}

function failureOf(thrown: unknown): Report {
  if (thrown instanceof RetryableError || thrown instanceof NonRetryableError) {
    const { message, code, details } = thrown;
    const wait = thrown instanceof RetryableError ? thrown.retryAfterSeconds : undefined;
    return {
      type: 'fail',
      message,
      retryable: thrown instanceof RetryableError,
      ...(code === undefined ? {} : { code }),
      ...(isJson(details) ? { details } : {}),
      ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));

  return {
    type: 'raise',
    message: `${error.name}: ${error.message}`.slice(0, LONGEST_TEXT),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, LONGEST_TEXT) }),
  };
}

const LONGEST_TEXT = 100_000;

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
