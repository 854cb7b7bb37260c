import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { MOVES } from './moves.ts';

test('segments of a fan-out that was stopped in the middle are not started over without those that it was stopped in', async () => {
  const world = await setup({
    dag: 'fan, other',
    nodes: { fan: { type: 'fanout', items: 'input.items' } },
    definition: { onTaskFailure: 'stop' },
  });
  const id = await world.create({ input: { items: [0, 1, 2] } });
  const tasks = await world.claim();
  const segment = (order: number) => tasks.find((one) => one.segment?.order === order)?.token ?? '';
  await world.report([{ token: segment(0), type: 'fail', message: 'no', retryable: false }]);
  await world.fail(tasks.filter(({ task }) => task === 'other'));
  expect(await world.look(id)).toMatchObject({ status: 'failed', nodes: { fan: 'cancelled' } });

  for (const segments of [[0], undefined]) {
    const made = await MOVES['retry-segments'].make(world.ctx, {
      ids: [id],
      task: 'fan',
      ...(segments && { segments }),
    });
    expect(isRefusal(made) ? made : made.results[0]).toMatchObject({ ok: false });
  }
  await MOVES.retry.make(world.ctx, { ids: [id] });
  await world.runAll();
  expect((await world.look(id)).status).toBe('succeeded');
});
