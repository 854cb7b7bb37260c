import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rereading } from './rereading.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Something on screen that takes so long to read; `shown` are the numbers of the readings that arrived. */
function setup(readingMs: number) {
  const queries = new QueryClient();
  const shown: unknown[] = [];
  let readings = 0;
  const observer = new QueryObserver(queries, {
    queryKey: ['instances', 'list'],
    queryFn: async ({ signal }) => {
      readings += 1;
      const number = readings;
      await new Promise((resolve) => setTimeout(resolve, readingMs));
      signal.throwIfAborted();
      return number;
    },
  });
  observer.subscribe(({ data }) => {
    if (data !== undefined && data !== shown.at(-1)) shown.push(data);
  });

  return { rereading: new Rereading(queries), shown };
}

test('a burst of changes becomes one reading', async () => {
  const { rereading, shown } = setup(10);
  await vi.advanceTimersByTimeAsync(100);

  for (let change = 0; change < 50; change += 1) {
    rereading.soon(['instances']);
  }
  await vi.advanceTimersByTimeAsync(60_000);

  expect(shown).toEqual([1, 2]);
});

test('changes that come faster than answers do not keep them from arriving, and the last one is seen', async () => {
  const { rereading, shown } = setup(5_000);

  for (let second = 0; second < 60; second += 1) {
    rereading.soon(['instances']);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  const meanwhile = shown.length;
  await vi.advanceTimersByTimeAsync(60_000);

  expect(meanwhile).toBeGreaterThan(5);
  expect(shown.length).toBeGreaterThan(meanwhile);
});

test('nothing is read any more once it is told to forget', async () => {
  const { rereading, shown } = setup(10);
  await vi.advanceTimersByTimeAsync(100);

  rereading.soon(['instances']);
  rereading.forget();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(shown).toEqual([1]);
});
