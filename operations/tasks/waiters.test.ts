import { expect, test } from 'vitest';
import { setup } from '../../test/setup.ts';
import { announce } from '../instances/announce.ts';
import { claimTasks } from './claim.ts';
import { expectReady } from './waiters.ts';

const LONG_MS = 120_000;

async function waitersFor(count: number) {
  const { db, ctx } = await setup({ dag: 'a' });
  const expected = await Promise.all(
    Array.from({ length: count }, () => expectReady(db, ctx.projectId, ['a'])),
  );
  const become = (ready: number) =>
    announce(db.sql, {
      changed: [],
      ready: Array.from({ length: ready }, () => ({ projectId: ctx.projectId, work: 'a' })),
    });

  return { expected, become };
}

async function elapsed(work: Promise<void> | undefined): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

test('a wake-up that was waited for ends with its waiter: it does not go round among all who wait', async () => {
  const { expected, become } = await waitersFor(2);
  const [first, second] = expected;

  await Promise.all([first?.wait(LONG_MS), become(1)]);
  first?.end();

  expect(await elapsed(second?.wait(200))).toBeGreaterThan(150);
});

test('a wake-up that came while its waiter found something by itself goes to the next', async () => {
  const { expected, become } = await waitersFor(3);
  const [busy, waiting, next] = expected;

  await Promise.all([waiting?.wait(LONG_MS), become(2)]);
  busy?.end();

  expect(await elapsed(next?.wait(LONG_MS))).toBeLessThan(LONG_MS / 2);
});

test('a claim whose caller left hands out nothing', async () => {
  const world = await setup({ dag: 'a' });
  await world.create();
  const claim = { works: ['a'], worker: 'test', waitSeconds: 30 };

  expect(await claimTasks(world.ctx, claim, AbortSignal.abort())).toEqual({ tasks: [] });
  expect(await world.claim()).toHaveLength(1);
});
