import { expect, test } from 'vitest';
import { setup } from '../../test/setup.ts';
import { createEndpoint, changeEndpoint } from '../endpoints/put.ts';
import { cancelInstances } from '../instances/cancel.ts';
import { createBulk } from '../bulk/create.ts';
import { runBulk } from '../bulk/run.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { bitsOf, EVENTS, type NotifiedEvent } from './events.ts';
import { forgetNotifications } from './forget.ts';
import { dueTargets } from './renew.ts';
import { claimNotifications } from './send.ts';

function granted<Answer>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
}

const listening = (events: NotifiedEvent[]) => ({
  name: 'ours',
  url: 'https://example.com/',
  events,
});

test.each(EVENTS)('the database groups %s as the code does', async (event) => {
  const { db } = await setup({ dag: 'a' });

  const [row] = await db.sql`select notify_bits(array[${event}]) as bits`;
  expect(row?.bits).toBe(bitsOf([event]));
});

test('an instance that is made while an endpoint comes is heard by it', async () => {
  const world = await setup({ dag: 'a' });
  const other = world.another();

  const made = await Promise.all([
    ...Array.from({ length: 20 }, () => world.create()),
    createEndpoint(other, listening(['instance.completed'])),
    ...Array.from({ length: 20 }, () => world.create()),
  ]);

  const [row] = await world.db.sql`select count(*)::int as deaf from instance where notifies = 0`;
  expect(made).toHaveLength(41);
  expect(row?.deaf).toBe(0);
});

test('a bulk move says when it has come to its end', async () => {
  const world = await setup({ dag: 'a' });
  granted(await createEndpoint(world.ctx, listening(['bulk.completed'])));
  const ids = [await world.create(), await world.create()];

  const { id } = granted(await createBulk(world.ctx, { action: 'cancel', ids, reason: 'no more' }));
  await runBulk(world.ctx, { id });

  const rows = await world.db.sql`select type, instance_id as instance, data from notification`;
  expect(rows).toMatchObject([
    {
      type: 'bulk.completed',
      instance: null,
      data: { bulkId: id, action: 'cancel', status: 'succeeded', total: 2, done: 2, failed: 0 },
    },
  ]);
});

test('the sweep wakes each receiver for whom something is due, once', async () => {
  const world = await setup({ dag: 'a' });
  for (const host of ['one', 'two', 'three']) {
    await world.create({ notifyUrl: `https://${host}.example/a` });
    await world.create({ notifyUrl: `https://${host}.example/b` });
  }
  await world.finish(await world.claim());
  const target = 'https://two.example';
  expect(await claimNotifications(world.ctx, { target, max: 10 })).toHaveLength(2);

  const due = await dueTargets(world.ctx, world.db.sql);
  expect(due.map(({ payload }) => ('target' in payload ? payload.target : null))).toEqual([
    'https://one.example',
    'https://three.example',
  ]);
  world.advanceClock(61);
  expect(await dueTargets(world.ctx, world.db.sql)).toHaveLength(3);
});

test('what nobody takes for a week is given up, and what is old is forgotten', async () => {
  const world = await setup({ dag: 'a' });
  const { id } = granted(await createEndpoint(world.ctx, listening(['instance.completed'])));
  await cancelInstances(world.ctx, { ids: [await world.create()] });
  await changeEndpoint(world.ctx, { id, enabled: false });

  world.advanceClock(8 * 86_400);
  await forgetNotifications(world.ctx);
  expect(await world.db.sql`select status, error from notification`).toMatchObject([
    { status: 'dead', error: 'nobody took it for seven days' },
  ]);
  world.advanceClock(30 * 86_400);
  await forgetNotifications(world.ctx);
  expect(await world.db.sql`select from notification`).toHaveLength(0);
});
