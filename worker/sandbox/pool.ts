/**
 * Threads that run scripts, so that a second of a script's CPU never stands in the way of this process. A script that does not end when
 * its time is up, because it loops where the sandbox does not look at the clock, takes its thread with it: the thread is killed and another
 * one started.
 */
import { Worker } from 'node:worker_threads';
import type { ScriptJob, ScriptOutcome } from '#operations/sandbox/sandbox.ts';

export type PoolOutcome = ScriptOutcome | 'stopped';

export interface ScriptPool {
  /** Waits for a thread if all are busy. */
  run(job: ScriptJob): Promise<PoolOutcome>;
  /** Kills the threads; what is under way or waits is `stopped`. */
  close(): Promise<void>;
}

export type PoolOptions = {
  readonly threads: number;
  /** How long after its time is up a script is killed. */
  readonly graceMs?: number;
};

type Waiting = { readonly job: ScriptJob; readonly resolve: (outcome: PoolOutcome) => void };

type Thread = { readonly worker: Worker; busy: (Waiting & { timer: NodeJS.Timeout }) | null };

/** Threads are started when the first scripts come. */
export function createScriptPool({ threads: most, graceMs = 500 }: PoolOptions): ScriptPool {
  const threads = new Set<Thread>();
  const idle: Thread[] = [];
  const queue: Waiting[] = [];
  let starting = 0;
  let closed = false;

  function look(): void {
    while (queue.length > 0 && idle.length > 0) {
      give(idle.pop(), queue.shift());
    }
    const wanted = Math.min(queue.length - starting, most - threads.size);
    for (let n = 0; n < wanted; n += 1) start();
  }

  function start(): void {
    const worker = new Worker(new URL('thread.ts', import.meta.url), {
      name: 'script',
      // Nothing of ours may be found there.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // The sandbox writes its last words there when it breaks; its outcome says them too.
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { worker, busy: null };
    let ready = false;
    threads.add(thread);
    starting += 1;
    worker.stdout.resume();
    worker.stderr.resume();

    worker.on('message', (said: ScriptOutcome | 'ready') => {
      // Its last words, just before it was killed: nothing more may be given to it.
      if (!threads.has(thread)) return;
      if (said === 'ready') {
        ready = true;
        starting -= 1;
      } else {
        settle(thread, said);
      }
      idle.push(thread);
      look();
    });
    // The exit follows.
    worker.on('error', (error) => settle(thread, crashed(error)));
    worker.on('exit', () => {
      threads.delete(thread);
      if (!ready) {
        starting -= 1;
        // One that cannot even start: the first in line hears of it, lest all wait for ever.
        queue.shift()?.resolve(closed ? 'stopped' : crashed('its thread did not start'));
      }
      settle(thread, closed ? 'stopped' : crashed('its thread ended'));
      if (!closed) look();
    });
  }

  function give(thread: Thread | undefined, next: Waiting | undefined): void {
    if (thread === undefined || next === undefined) return;

    const { timeoutSeconds } = next.job;
    const busy = { ...next, timer: setTimeout(late, timeoutSeconds * 1_000 + graceMs) };
    thread.busy = busy;

    /** A process that was too busy for a while hears of the time before it hears of answers that came meanwhile: those first. */
    function late(): void {
      setImmediate(() => {
        if (thread?.busy === busy) kill(thread, timeoutSeconds);
      });
    }

    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    thread.worker.postMessage(next.job);
  }

  function kill(thread: Thread, timeoutSeconds: number): void {
    threads.delete(thread);
    settle(thread, {
      ok: false,
      fault: 'time_limit',
      message: `the script ran longer than ${timeoutSeconds} s and had to be killed`,
    });
    void thread.worker.terminate();
  }

  return {
    run(job) {
      if (closed) return Promise.resolve('stopped');

      return new Promise((resolve) => {
        queue.push({ job, resolve });
        look();
      });
    },

    async close() {
      closed = true;
      for (const { resolve } of queue.splice(0)) resolve('stopped');
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

function settle(thread: Thread, outcome: PoolOutcome): void {
  const { busy } = thread;

  if (busy !== null) {
    clearTimeout(busy.timer);
    thread.busy = null;
    busy.resolve(outcome);
  }
}

function crashed(error: unknown): ScriptOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, fault: 'crash', message: `the sandbox gave up on the script: ${reason}` };
}
