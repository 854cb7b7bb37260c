import { expect, test } from 'vitest';
import { ShortMemory } from './short_memory.ts';

const at = (ms: number) => new Date(ms);

function counting() {
  const asked: string[] = [];
  const memory = new ShortMemory<string, string>({ lifetimeMs: 1_000, most: 2 });
  const recall = (key: string, now: number) =>
    memory.recall(key, at(now), () => {
      asked.push(key);
      return key === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve(`${key}@${now}`);
    });
  return { asked, recall };
}

test('what was looked up is remembered for its lifetime', async () => {
  const { asked, recall } = counting();

  expect([await recall('a', 0), await recall('a', 999), await recall('a', 1_000)]).toEqual([
    'a@0',
    'a@0',
    'a@1000',
  ]);
  expect(asked).toEqual(['a', 'a']);
});

test('questions at the same time share one look-up', async () => {
  const { asked, recall } = counting();

  await Promise.all([recall('a', 0), recall('a', 0), recall('a', 0)]);
  expect(asked).toEqual(['a']);
});

test('a failure is not remembered', async () => {
  const { asked, recall } = counting();

  await expect(recall('bad', 0)).rejects.toThrow('no');
  await expect(recall('bad', 0)).rejects.toThrow('no');
  expect(asked).toEqual(['bad', 'bad']);
});

test('the oldest make room for the newest', async () => {
  const { asked, recall } = counting();

  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) {
    await recall(key, 0);
  }
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
