import { expect, test } from 'vitest';
import type { Database } from '#db/database.ts';
import { ConnectionLost } from '#db/pool.ts';
import { createLanes } from './lanes.ts';

// Only its identity counts: the batches of this file run nothing.
const db = {} as Database;

/** A lane whose batches are written down, and fail as `failure` says. */
function lanesThat(failure: (items: readonly number[], run: number) => Error | null) {
  const batches: (readonly number[])[] = [];
  const lanes = createLanes<number, string>({
    most: 3,
    run: async (items) => {
      batches.push(items);
      const error = failure(items, batches.length);
      if (error) {
        throw error;
      }
      return items.map(String);
    },
  });

  return {
    batches,
    addAll: (items: readonly number[]) =>
      Promise.allSettled(items.map((item) => lanes.add(db, item))),
  };
}

const isDone = ({ status }: { readonly status: string }) => status === 'fulfilled';

test('what comes in one tick goes in batches, in its order', async () => {
  const { batches, addAll } = lanesThat(() => null);

  expect((await addAll([1, 2, 3, 4])).every(isDone)).toBe(true);
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

test('one bad item never loses the others', async () => {
  const { addAll } = lanesThat((items) => (items.includes(2) ? new Error('bad') : null));

  expect((await addAll([1, 2, 3])).map(isDone)).toEqual([true, false, true]);
});

test('a batch that lost its connection is run once more as a whole', async () => {
  const { batches, addAll } = lanesThat((_, run) => (run === 1 ? new ConnectionLost() : null));

  expect((await addAll([1, 2, 3])).every(isDone)).toBe(true);
  expect(batches).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('while the database is away items fail together, not each after a try of its own', async () => {
  const { batches, addAll } = lanesThat(() => new ConnectionLost());

  expect((await addAll([1, 2, 3])).some(isDone)).toBe(false);
  expect(batches).toHaveLength(2);
});
