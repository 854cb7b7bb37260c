import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rereading } from './rereading.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Something on screen, read once. Every further reading waits until the test answers it. */
async function setup() {
  const queries = new QueryClient();
  const readings: { signal: AbortSignal; answer: (text: string) => void }[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: ['instances', 'list'],
    queryFn: ({ signal }) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      readings.push({ signal, answer: resolve });
      return promise;
    },
  });
  observer.subscribe(() => {});
  const answer = async (text: string) => {
    readings.at(-1)?.answer(text);
    await vi.advanceTimersByTimeAsync(0);
  };
  await answer('first');

  return {
    rereading: new Rereading(queries),
    readings,
    answer,
    shown: () => observer.getCurrentResult().data,
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(1_000 * seconds),
  };
}

test('a burst of changes becomes one reading', async () => {
  const { rereading, readings, answer, shown, pass } = await setup();

  for (let change = 0; change < 50; change += 1) {
    rereading.soon(['instances']);
  }
  await pass(60);
  await answer('second');
  await pass(60);

  expect(readings).toHaveLength(2);
  expect(shown()).toBe('second');
});

test('changes that come faster than answers let them arrive, and what they changed is read afterwards', async () => {
  const { rereading, readings, answer, shown, pass } = await setup();

  for (let second = 0; second < 60; second += 1) {
    rereading.soon(['instances']);
    await pass(1);
  }
  expect(readings).toHaveLength(2);
  expect(readings[1]?.signal.aborted).toBe(false);

  await answer('second');
  expect(shown()).toBe('second');

  await pass(10);
  expect(readings).toHaveLength(3);
});

test('nothing is read any more once it is told to forget', async () => {
  const { rereading, readings, pass } = await setup();

  rereading.soon(['instances']);
  rereading.forget();
  await pass(60);

  expect(readings).toHaveLength(1);
});
