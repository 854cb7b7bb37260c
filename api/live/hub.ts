/**
 * One LISTEN per process, however many pages look on. What changed is told by transactions as they commit (operations/instances/announce);
 * here it is handed to the subscribers that asked for it. Losing a message is harmless: pages also poll. When the connection was lost,
 * all are told to read again.
 */
import type { Database } from '#db/database.ts';
import type { Logger } from '#operations/context.ts';
import { CHANGED_CHANNEL, type ChangedPayload } from '#operations/instances/announce.ts';

export type Change = {
  readonly instances: readonly string[];
  readonly workflows: readonly number[];
};

export type Subscriber = {
  readonly projectId: number;
  readonly changed: (change: Change) => void;
  readonly resync: () => void;
};

export type Hub = {
  /** Resolves when nothing that commits from now on is missed; the answer ends the subscription. */
  subscribe(subscriber: Subscriber): Promise<() => void>;
};

export function createHub({ db, log }: { readonly db: Database; readonly log: Logger }): Hub {
  const subscribers = new Set<Subscriber>();
  let listening: Promise<unknown> | null = null;
  let begun = false;

  function hear(text: string): void {
    const { p, i, w } = JSON.parse(text) as ChangedPayload;
    for (const subscriber of subscribers) {
      if (subscriber.projectId === p) {
        subscriber.changed({ instances: i, workflows: w });
      }
    }
  }

  function beginAgain(): void {
    if (begun) {
      log.warn({ subscribers: subscribers.size }, 'the connection for live updates was lost');
      for (const subscriber of subscribers) {
        subscriber.resync();
      }
    }
    begun = true;
  }

  return {
    async subscribe(subscriber) {
      subscribers.add(subscriber);
      listening ??= db.listen(CHANGED_CHANNEL, hear, beginAgain).catch((error: unknown) => {
        listening = null;
        throw error;
      });
      await listening;

      return () => subscribers.delete(subscriber);
    },
  };
}
