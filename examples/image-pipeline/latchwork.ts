/**
 * A Latchwork worker in one file without dependencies: copy it. It claims tasks by long poll, runs a few at a time, and tells how
 * they get on and how they ended.
 *
 *     claim ──> handler ──> finish | fail | raise
 *                  └─ heartbeat, again and again: progress goes out, "cancelled" comes back
 *
 * A report may be sent twice without harm, so each is repeated until it is answered. A worker that dies is found out by the
 * heartbeats it misses, and its tasks go to another: handlers must bear being run again.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A task as it is handed out. `token` names this attempt at it and no other. */
export type Task = {
  id: string;
  instanceId: string;
  objectId: string;
  work: string;
  segment: { order: number; count: number } | null;
  input: Json;
  attempt: number;
  token: string;
  deadlines: { runBy: string | null; heartbeatSeconds: number | null };
};

export type Progress = {
  /** Aborts once nobody waits for the result any more: the task was cancelled, or ran out of time and went to someone else. */
  readonly signal: AbortSignal;
  /** From 0 to 1; goes out with the next heartbeat. */
  report: (share: number) => void;
};

/** Does one task and answers its output. A thrown `TaskFailed` is reported as `fail`, anything else as `raise`, with its stack. */
export type Handler = (task: Task, progress: Progress) => Promise<Json>;

/** Says why a task cannot be done. It is not tried again. */
export class TaskFailed extends Error {}

export type WorkerOptions = {
  url: string;
  apiKey: string;
  name: string;
  concurrency: number;
  works: Record<string, Handler>;
  log: (line: string) => void;
};

export type Worker = {
  /** Claims nothing more; what is under way is finished and reported. */
  stop: () => void;
  /** Settles when the worker has stopped. Rejects if the server refuses it for good, as for a wrong key. */
  ended: Promise<void>;
};

type Report = { type: string; token: string; [field: string]: unknown };
type Result = { ok: boolean; message?: string };
type Send = (report: Report) => Promise<Result>;

const CLAIM_WAIT_SECONDS = 20;
const ANSWER_TIMEOUT_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;
const LONGEST_BEAT_SECONDS = 10;

export function startWorker(options: WorkerOptions): Worker {
  const { works, concurrency, name } = options;
  const stopping = new AbortController();
  const hangUp = new AbortController();
  const running = new Set<Promise<void>>();
  const send = reporter(options);

  async function claimUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      const request = {
        works: Object.keys(works),
        max: concurrency - running.size,
        waitSeconds: CLAIM_WAIT_SECONDS,
        worker: name,
      };
      const { tasks } = await call<{ tasks: Task[] }>(
        options,
        '/tasks/claim',
        request,
        hangUp.signal,
      );

      for (const task of tasks) {
        const done: Promise<void> = take(task).finally(() => running.delete(done));
        running.add(done);
      }
      if (running.size >= concurrency) {
        await Promise.race(running);
      }
    }
  }

  async function take(task: Task): Promise<void> {
    if (stopping.signal.aborted) {
      await send({ type: 'reject', token: task.token, reason: 'the worker is stopping' });
    } else {
      await runTask(task, options, send);
    }
  }

  async function live(): Promise<void> {
    const claiming = claimUntilStopped().catch((error: unknown) => {
      if (!hangUp.signal.aborted) throw error;
    });

    await Promise.race([claiming, once(stopping.signal, 'abort')]);
    await Promise.all(running);
    // The open poll is hung up only now: a task that it brought while others were finishing has been given back.
    hangUp.abort();
    await claiming;
  }

  return { stop: () => stopping.abort(), ended: live() };
}

async function runTask(task: Task, options: WorkerOptions, send: Send): Promise<void> {
  const { token, deadlines } = task;
  const dropped = new AbortController();
  let progress: number | undefined;

  async function tell(type: string, facts: object): Promise<void> {
    const result = await send({ type, token, ...facts });

    if (!result.ok) {
      options.log(`${task.id}: ${result.message}`);
      dropped.abort();
    }
  }

  // No clock runs yet: a work with `startReport` wants to hear when the task really starts.
  if (deadlines.runBy === null) {
    await tell('start', { worker: options.name });
  }

  const seconds = Math.min((deadlines.heartbeatSeconds ?? Infinity) / 3, LONGEST_BEAT_SECONDS);
  const heart = setInterval(() => void tell('heartbeat', { progress }), seconds * 1000);
  const ending = await attempt(options.works[task.work], task, {
    signal: dropped.signal,
    report: (share) => {
      progress = share;
    },
  });
  clearInterval(heart);

  if (!dropped.signal.aborted) {
    await tell(ending.type, ending.facts);
  }
}

async function attempt(handler: Handler | undefined, task: Task, progress: Progress) {
  try {
    if (!handler) throw new TaskFailed(`This worker does not know ${task.work}.`);
    progress.signal.throwIfAborted();

    return { type: 'finish', facts: { output: await handler(task, progress) } };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { message, stack } = error;

    return error instanceof TaskFailed
      ? { type: 'fail', facts: { message, retryable: false } }
      : { type: 'raise', facts: { message, stack } };
  }
}

/** Reports that come while a request is under way travel together in the next: no timer, and few requests when much is going on. */
function reporter(options: WorkerOptions): Send {
  const queue: { report: Report; settle: (result: Result) => void }[] = [];
  let sending = false;

  async function flush(): Promise<void> {
    sending = true;

    while (queue.length > 0) {
      const batch = queue.splice(0, 100);
      const reports = batch.map(({ report }) => report);
      const results = await call<{ results: Result[] }>(options, '/reports', { reports }).then(
        (answer) => answer.results,
        ({ message }: Error) => reports.map((): Result => ({ ok: false, message })),
      );
      batch.forEach(({ settle }, index) => settle(results[index] as Result));
    }

    sending = false;
  }

  return (report) =>
    new Promise((settle) => {
      queue.push({ report, settle });
      if (!sending) void flush();
    });
}

class Refused extends Error {}

/** Posts until there is an answer: what may pass (no connection, 429, 5xx) is tried again with growing pauses. */
async function call<Answer>(
  { url, apiKey, log }: WorkerOptions,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Answer> {
  for (let failures = 0; ; failures += 1) {
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([
          AbortSignal.timeout(ANSWER_TIMEOUT_MS),
          ...(signal ? [signal] : []),
        ]),
      });

      if (response.ok) return (await response.json()) as Answer;

      const message = `${path} answered ${response.status}: ${await detailOf(response)}`;
      const mayPass = response.status === 429 || response.status >= 500;
      throw mayPass ? new Error(message) : new Refused(message);
    } catch (error) {
      if (error instanceof Refused || signal?.aborted) throw error;

      const wait = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
      log(`${reason(error)}; trying again in ${(wait / 1000).toFixed(1)} s`);
      await pause(wait, undefined, { signal });
    }
  }
}

/** The sentence of a problem+json. What comes from a proxy on the way may be anything. */
async function detailOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => null)) as { detail?: string } | null;

  return problem?.detail ?? response.statusText;
}

/** `fetch` says only "fetch failed"; the reason is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);

  return error.cause instanceof Error
    ? `${error.message} (${error.cause.message || error.cause.name})`
    : error.message;
}
