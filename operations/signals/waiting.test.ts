import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { pauseInstances } from '../instances/pause.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from './send.ts';
import { listWaiting } from './waiting.ts';

test('what waits for an answer is listed, the longest first, with what is asked', async () => {
  const world = await setup({
    dag: 'a -> ask, b -> go',
    nodes: {
      ask: {
        name: 'Ship it?',
        type: 'signal',
        signal: 'shipping',
        approval: true,
        prompt: 'Ship {{ object.id }}?',
        timeoutSeconds: 60,
      },
      go: { type: 'signal', signal: 'go' },
    },
  });
  const waiting = async (limit = 50) => {
    const answer = await listWaiting(world.ctx, { limit });
    if (isRefusal(answer)) throw new Error(answer.message);
    return answer.data;
  };
  const [first, second] = [
    await world.create({ objectId: 'one' }),
    await world.create({ objectId: 'two' }),
  ];
  expect(await waiting()).toEqual([]);

  const tasks = await world.claim();
  const open = async (instanceId: string, task: string) => {
    await world.finish(tasks.filter((one) => one.instanceId === instanceId && one.task === task));
    world.advanceClock(10);
  };
  await open(second, 'b');
  await open(first, 'a');
  await open(second, 'a');

  const found = await waiting();
  expect(found.map(({ objectId, task }) => `${objectId} ${task}`)).toEqual([
    'two go',
    'one ask',
    'two ask',
  ]);
  expect(found[1]).toMatchObject({
    instanceId: first,
    workflow: 'test',
    taskName: 'Ship it?',
    signal: 'shipping',
    approval: true,
    prompt: 'Ship one?',
  });
  const { since, dueAt } = found[1] ?? {};
  expect(Date.parse(dueAt ?? '') - Date.parse(since ?? '')).toBe(60_000);
  expect(found[0]).toMatchObject({ taskName: 'go', approval: false, prompt: '', dueAt: null });
  expect(await waiting(1)).toHaveLength(1);

  await pauseInstances(world.ctx, { ids: [first] });
  await sendSignal(world.ctx, { id: second, name: 'go' });
  expect((await waiting()).map(({ task }) => task)).toEqual(['ask', 'ask']);
});
