/** What must never happen to notifications: that one is lost. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { receive } from '#delivery/receiver.fixture.ts';
import { createInstances } from '#operations/instances/create.ts';
import { bodyOf, granted, notifyingOf, tell, type Telling } from './notifying.fixture.ts';

async function createMany({ ctx }: Telling, count: number): Promise<void> {
  const instances = Array.from({ length: count }, (_, place) => ({ objectId: `object ${place}` }));
  granted(await createInstances(ctx, { workflow: 'test', instances }));
}

async function finishAll(world: Telling): Promise<void> {
  for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
    await world.finish(tasks);
  }
}

test('an endpoint that is down for the first half of 2,000 notifications gets all of them', async () => {
  let up = false;
  const got = new Set<unknown>();
  const receiver = await receive((request, response) => {
    if (!up) return void response.destroy();

    got.add(bodyOf(request).data['instanceId']);
    response.writeHead(204).end();
  });
  const world = await tell({ dag: 'a' });
  await world.listen(receiver.url, ['instance.completed']);

  await createMany(world, 1_000);
  await finishAll(world);
  for (const seconds of [0, 2, 10, 60, 60, 600]) await world.pass(seconds);
  await expect.poll(() => receiver.received.length).toBeGreaterThan(5);
  // It is asked now and then whether it is back, not 1,000 times.
  expect(receiver.received.length).toBeLessThan(200);
  expect(got.size).toBe(0);

  up = true;
  await createMany(world, 1_000);
  await finishAll(world);
  await expect
    .poll(
      async () => {
        // Not so fast that what is under way looks lost.
        await world.pass(30);
        return got.size;
      },
      { interval: 200 },
    )
    .toBe(2_000);
  await world.until('delivered', 2_000);
});

test('a process that is killed between sending and recording sends again, under the same id', async () => {
  const killed = Promise.withResolvers<void>();
  let sender: ChildProcess | null = null;
  const receiver = await receive((_, response) => {
    if (receiver.received.length > 1) return void response.writeHead(204).end();

    sender?.kill('SIGKILL');
    killed.resolve();
  });
  const world = await tell({ dag: 'a' });
  const { id: target } = await world.listen(receiver.url, ['instance.completed']);
  await createMany(world, 1);
  await finishAll(world);

  const program = fileURLToPath(new URL('notifying_process.fixture.ts', import.meta.url));
  const now = world.ctx.clock().toISOString();
  sender = spawn(process.execPath, [program, world.url, target, now], { stdio: 'inherit' });
  const ended = once(sender, 'exit');
  await killed.promise;
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await world.notifications()).toMatchObject([{ status: 'pending', attempts: 1 }]);

  await world.pass(30);
  expect(receiver.received).toHaveLength(1);
  await world.pass(60);
  await world.until('delivered', 1);

  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  expect(await world.notifications()).toMatchObject([{ attempts: 2 }]);
});

test('a process that is asked to stop hands back what is not answered, and another sends it', async () => {
  const receiver = await receive((_, response) => {
    if (receiver.received.length > 1) response.writeHead(204).end();
  });
  const world = await tell({ dag: 'a' });
  const { id: target } = await world.listen(receiver.url, ['instance.completed']);
  await createMany(world, 1);
  await finishAll(world);
  await world.runJobs();
  await expect.poll(() => receiver.received.length).toBe(1);

  await world.notifying.stop(0);
  // It counts as no try: nobody knows what became of it.
  expect(await world.notifications()).toMatchObject([{ status: 'pending', attempts: 0 }]);

  notifyingOf(world).wake({ projectId: 1, target });
  await world.until('delivered', 1);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});
