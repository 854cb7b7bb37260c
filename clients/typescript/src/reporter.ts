import type { Report, Result } from './attempt.ts';
import { LatchworkError, reasonOf } from './errors.ts';
import { send, type Server } from './transport.ts';

/** Sends one report of an attempt; settles with what the server says of it. */
export type Tell = (token: string, report: Report) => Promise<Result>;

type Waiting = { readonly text: string; readonly settle: (result: Result) => void };

const MOST_REPORTS = 1_000;
/** Below the 16 MB that a batch may have by default, with room for one more report. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Reports that come while a request is under way travel together in the next: no timer, and few requests when much is going on. Each is
 * repeated until it is answered or `until` aborts, which does no harm: the same report twice is one report.
 */
export function createReporter(
  server: Server,
  { log, until }: { readonly log: (line: string) => void; readonly until: AbortSignal },
): Tell {
  let queue: Waiting[] = [];
  let sending = false;

  async function flush(): Promise<void> {
    sending = true;
    while (queue.length > 0) {
      const batch = takeBatch();
      await deliver(batch);
    }
    sending = false;
  }

  function takeBatch(): Waiting[] {
    let count = 0;
    let characters = 0;
    while (count < Math.min(queue.length, MOST_REPORTS)) {
      characters += queue[count]?.text.length ?? 0;
      if (count > 0 && characters > MOST_CHARACTERS) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  async function deliver(batch: readonly Waiting[]): Promise<void> {
    try {
      const body = `{"reports":[${batch.map(({ text }) => text).join(',')}]}`;
      const answer = await send(server, {
        method: 'POST',
        path: '/reports',
        body,
        until,
        onRetry: log,
      });
      const { results } = answer as { results: readonly Result[] };
      batch.forEach(({ settle }, index) => settle(results[index] ?? NO_ANSWER));
    } catch (error) {
      await refuse(batch, error);
    }
  }

  /** One report may spoil the batch of many, as by its size: each of them is then sent by itself. */
  async function refuse(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length > 1 && !until.aborted) {
      for (const one of batch) await deliver([one]);
      return;
    }
    const refused = error instanceof LatchworkError && !until.aborted;
    const result = {
      ok: false,
      code: refused ? error.code : 'unreachable',
      message: reasonOf(error),
    };
    for (const { settle } of batch) settle(result);
  }

  return (token, report) =>
    new Promise((settle) => {
      queue.push({ text: JSON.stringify({ token, ...report }), settle });
      if (!sending) void flush();
    });
}

const NO_ANSWER: Result = {
  ok: false,
  code: 'unreachable',
  message: 'the server did not answer this',
};
