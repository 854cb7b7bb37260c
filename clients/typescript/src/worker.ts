/**
 * A worker: claims tasks by long poll, runs as many at a time as it is told, and tells how they get on and how they ended.
 *
 * Stopping loses nothing. It claims nothing more and hears the open poll out (what that still brings is given back), lets what is under
 * way end, and gives back what has not ended in time. A worker that dies instead is found out by the heartbeats it misses.
 */
import { hostname } from 'node:os';
import type { ClaimedTask } from './api_types.ts';
import { type Attempt, startAttempt } from './attempt.ts';
import { createReporter } from './reporter.ts';
import { reject, type Works } from './task.ts';
import { send, type Server } from './transport.ts';

export type WorkerOptions = {
  /** As `https://latchwork.example`. */
  readonly url: string;
  /** With the scope `tasks:report`. */
  readonly apiKey: string;
  readonly works: Works;
  /** Tasks at once; default 4. */
  readonly concurrency?: number;
  /** For people; default: host and process. */
  readonly name?: string;
  /** How long a claim waits for a task, up to 30; stopping waits as long. Default 5. */
  readonly waitSeconds?: number;
  readonly log?: (line: string) => void;
};

export type StopOptions = {
  /** How long what is under way may take to end; then it is given back. Default 25. */
  readonly graceSeconds?: number;
};

export interface Worker {
  /** Works until it is stopped. Rejects if the server refuses it for good, as for a wrong key. */
  run(): Promise<void>;
  /** Settles when everything is finished or given back. A second call may shorten the grace. */
  stop(options?: StopOptions): Promise<void>;
  /** Stops on these signals of the process, by default SIGINT and SIGTERM; a second one ends the process at once. */
  stopOn(signals?: readonly NodeJS.Signals[], options?: StopOptions): Worker;
  /** Tasks under way. */
  readonly running: number;
}

const MOST_CLAIMED = 500;
const GRACE_SECONDS = 25;
/** After the grace, for giving back. */
const LAST_WORDS_SECONDS = 5;

export function createWorker(options: WorkerOptions): Worker {
  const { works, concurrency = 4, waitSeconds = 5, log = () => undefined } = options;
  const name = options.name ?? `${hostname()} ${process.pid}`;
  const server: Server = { url: options.url, apiKey: options.apiKey };
  const keys = Object.keys(works);
  const stopping = new AbortController();
  /** Aborts when the server did not hear the last reports in time. */
  const unheard = new AbortController();
  const tell = createReporter(server, { log, until: unheard.signal });
  const running = new Map<Attempt, Promise<void>>();
  const stopped = aborted(stopping.signal);
  let life: Promise<void> | undefined;

  if (keys.length === 0) throw new TypeError('a worker needs at least one work');
  if (concurrency < 1) throw new RangeError('a worker needs a concurrency of at least 1');

  async function claimUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      const room = concurrency - running.size;
      if (room > 0) {
        for (const task of await claim(room)) take(task);
      } else {
        await Promise.race([...running.values(), stopped]);
      }
    }
  }

  /** Heard out even while stopping: a task whose hand-out nobody hears of would be missing until it timed out. */
  async function claim(room: number): Promise<readonly ClaimedTask[]> {
    const body = { works: keys, max: Math.min(room, MOST_CLAIMED), waitSeconds, worker: name };
    try {
      const answer = await send(server, {
        method: 'POST',
        path: '/tasks/claim',
        body,
        timeoutMs: (waitSeconds + 15) * 1000,
        until: stopping.signal,
        onRetry: log,
      });
      return (answer as { tasks: readonly ClaimedTask[] }).tasks;
    } catch (error) {
      if (stopping.signal.aborted) return [];
      throw error;
    }
  }

  function take(task: ClaimedTask): void {
    const attempt = startAttempt({
      task,
      handler: stopping.signal.aborted ? giveBack : (works[task.work] ?? giveBack),
      worker: name,
      tell: (report) => tell(task.token, report),
      stopping: stopping.signal,
      log,
    });
    const done = attempt.ending.then(attempt.report).finally(() => running.delete(attempt));
    running.set(attempt, done);
  }

  async function live(): Promise<void> {
    try {
      await claimUntilStopped();
    } finally {
      // Also when the server refuses the claims: what is under way may still end well.
      stopping.abort();
      await Promise.all(running.values());
    }
  }

  async function stop({ graceSeconds = GRACE_SECONDS }: StopOptions = {}): Promise<void> {
    stopping.abort();
    const ended = life?.catch(() => undefined);
    const grace = setTimeout(() => {
      for (const attempt of running.keys()) attempt.giveBack(STOPPING);
    }, graceSeconds * 1000);
    const last = setTimeout(() => unheard.abort(), (graceSeconds + LAST_WORDS_SECONDS) * 1000);

    await ended;
    clearTimeout(grace);
    clearTimeout(last);
  }

  const worker: Worker = {
    run: () => (life ??= live()),
    stop,
    stopOn(signals = ['SIGINT', 'SIGTERM'], options) {
      for (const signal of signals) process.once(signal, () => void stop(options));
      return worker;
    },
    get running() {
      return running.size;
    },
  };
  return worker;
}

const STOPPING = 'the worker is stopping';

function giveBack() {
  return reject(STOPPING);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    signal.addEventListener('abort', () => settle(), { once: true });
  });
}
