import type { Database } from '#db/database.ts';
import { READY_CHANNEL, type ReadyPayload } from '../instances/announce.ts';

type Waiter = {
  readonly projectId: number;
  readonly works: readonly string[];
  /** Something became ready since the waiter was made. */
  woken: boolean;
  onWake: () => void;
};

type Waiters = { readonly waiting: Set<Waiter>; listening: Promise<unknown> | null };

/** Somebody who is about to look, and will wait if there is nothing. */
export type Expectation = {
  /** Resolves when a task may have become ready since this was made, the time is up, or the signal aborts; it does not say which. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Ends the expectation. A wake-up that it did not need goes to the next one. */
  readonly end: () => void;
};

const byDatabase = new WeakMap<Database, Waiters>();

/**
 * Make this before looking: a task that becomes ready while the look is under way must not be missed. Losing a notification with its
 * connection costs only the wait, since callers also look when their time is up.
 */
export async function expectReady(
  db: Database,
  projectId: number,
  works: readonly string[],
): Promise<Expectation> {
  const { waiting } = await listen(db);
  const waiter: Waiter = { projectId, works, woken: false, onWake: () => {} };
  waiting.add(waiter);
  /** Null: it never waited. */
  let unused: boolean | null = null;

  return {
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, milliseconds);
        signal?.addEventListener('abort', done, { once: true });
        waiter.onWake = done;
        if (waiter.woken || signal?.aborted) {
          done();
        }

        function done(): void {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          waiter.onWake = () => {};
          // Whoever was woken looks again, which uses the wake-up; one who leaves does not.
          unused = waiter.woken && signal?.aborted === true;
          waiting.delete(waiter);
          resolve();
        }
      }),
    end: () => {
      waiting.delete(waiter);
      if (unused ?? waiter.woken) {
        wakeNext(waiting, projectId, new Map(works.map((work) => [work, 1])), 1);
      }
    },
  };
}

/** One LISTEN per process. */
async function listen(db: Database): Promise<Waiters> {
  const waiters = byDatabase.get(db) ?? { waiting: new Set<Waiter>(), listening: null };
  byDatabase.set(db, waiters);

  waiters.listening ??= db
    .listen(READY_CHANNEL, (payload) => {
      const { p, n } = JSON.parse(payload) as ReadyPayload;
      wakeNext(waiters.waiting, p, new Map(Object.entries(n)));
    })
    .catch((error: unknown) => {
      waiters.listening = null;
      throw error;
    });
  await waiters.listening;

  return waiters;
}

/** Wakes as many waiters as there are tasks, the longest waiting first, so that a crowd does not run for one task. */
function wakeNext(
  waiting: ReadonlySet<Waiter>,
  projectId: number,
  left: Map<string, number>,
  most = Number.POSITIVE_INFINITY,
): void {
  let woken = 0;

  for (const waiter of waiting) {
    if (woken === most) {
      return;
    }
    const work =
      waiter.projectId === projectId && !waiter.woken
        ? waiter.works.find((key) => (left.get(key) ?? 0) > 0)
        : undefined;

    if (work !== undefined) {
      left.set(work, (left.get(work) ?? 0) - 1);
      waiter.woken = true;
      waiter.onWake();
      woken += 1;
    }
  }
}
