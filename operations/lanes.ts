import { availableParallelism } from 'node:os';
import type { Database } from '#db/database.ts';
import { isDatabaseGone } from '#db/pool.ts';

/**
 * Batches of one process that may be under way at once. A second one begins only behind a full one: halved batches were measured to cost
 * a third more in the database, while two full ones keep both it and this process busy.
 */
const MOST_LANES = Math.min(4, availableParallelism());

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

export type Lanes<Item, Answer> = {
  /** Joins the next batch; resolves when the batch it went with has committed, rejects if that batch failed. */
  readonly add: (db: Database, item: Item) => Promise<Answer>;
};

/**
 * Group commit. While a batch is under way, items that come gather into the next. No timer: when nothing is under way an item runs at
 * once. A batch that fails is run again item by item, so that one bad item never loses the others; one that lost its database, once
 * more as a whole.
 */
export function createLanes<Item, Answer>(options: {
  readonly most: number;
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
}): Lanes<Item, Answer> {
  type Gathering = { readonly queue: Waiting<Item, Answer>[]; lanes: number };
  const byDatabase = new WeakMap<Database, Gathering>();

  async function runLane(gathering: Gathering): Promise<void> {
    const { queue } = gathering;
    gathering.lanes += 1;
    // Let everything that arrived in this tick join the first batch.
    await Promise.resolve();

    // Of several lanes the last one stays for whatever is left.
    while (queue.length > 0 && (gathering.lanes === 1 || queue.length >= options.most)) {
      await runBatch(queue.splice(0, options.most));
    }
    gathering.lanes -= 1;
  }

  async function runBatch(batch: readonly Waiting<Item, Answer>[], again = false): Promise<void> {
    try {
      const answers = await options.run(batch.map(({ item }) => item));
      for (const [place, waiting] of batch.entries()) {
        const answer = answers[place];
        if (answer === undefined) {
          waiting.reject(new Error('the batch gave no answer'));
        } else {
          waiting.resolve(answer);
        }
      }
    } catch (error) {
      // No item is to blame: one more try for all, and no more while they wait for their answers.
      if (isDatabaseGone(error) && !again) {
        await runBatch(batch, true);
        return;
      }
      if (isDatabaseGone(error) || batch.length === 1) {
        for (const waiting of batch) {
          waiting.reject(error);
        }
        return;
      }
      for (const waiting of batch) {
        await runBatch([waiting]);
      }
    }
  }

  return {
    add: (db, item) =>
      new Promise((resolve, reject) => {
        const gathering = byDatabase.get(db) ?? { queue: [], lanes: 0 };
        byDatabase.set(db, gathering);
        gathering.queue.push({ item, resolve, reject });

        const full = gathering.queue.length >= options.most;
        if (gathering.lanes === 0 || (full && gathering.lanes < MOST_LANES)) {
          void runLane(gathering);
        }
      }),
  };
}
