import { availableParallelism } from 'node:os';
import type { Database } from '#db/database.ts';
import { isDatabaseGone } from '#db/pool.ts';

/**
 * Lanes of one process, half as many as there are cores: Postgres needs the others. On two cores a second lane halved the batches and
 * cost a third more in the database.
 */
const LANES = Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

export type Lanes<Item, Answer> = {
  /** Joins the lane of the item; resolves when the batch it went with has committed, rejects if that batch failed. */
  readonly add: (db: Database, item: Item) => Promise<Answer>;
};

/**
 * Group commit. Each lane runs one batch at a time; items that come meanwhile gather into the next. No timer: an idle lane runs an item
 * at once. A batch that fails is run again item by item, so that one bad item never loses the others; one that lost its database, once
 * more as a whole.
 */
export function createLanes<Item, Answer>(options: {
  readonly laneOf: (item: Item) => number;
  readonly most: number;
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
}): Lanes<Item, Answer> {
  type Lane = { readonly queue: Waiting<Item, Answer>[]; running: boolean };
  const byDatabase = new WeakMap<Database, Lane[]>();

  async function runLane(lane: Lane): Promise<void> {
    lane.running = true;
    // Let everything that arrived in this tick join the first batch.
    await Promise.resolve();

    while (lane.queue.length > 0) {
      await runBatch(lane.queue.splice(0, options.most));
    }
    lane.running = false;
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
        const lanes =
          byDatabase.get(db) ??
          Array.from({ length: LANES }, () => ({ queue: [], running: false }));
        byDatabase.set(db, lanes);
        const lane = lanes[options.laneOf(item) % LANES];

        if (lane === undefined) {
          reject(new Error('no such lane'));
          return;
        }
        lane.queue.push({ item, resolve, reject });
        if (!lane.running) {
          void runLane(lane);
        }
      }),
  };
}
