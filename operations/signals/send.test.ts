import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from './send.ts';

test('of signals that come early a run keeps so many of a name, and says so', async () => {
  const world = await setup({
    dag: 'a -> ask',
    nodes: { ask: { type: 'signal', signal: 'go' } },
  });
  const id = await world.create();
  const send = () => sendSignal(world.ctx, { id, name: 'go', payload: 1 });

  for (let sent = 0; sent < 100; sent += 1) {
    expect(isRefusal(await send())).toBe(false);
  }
  expect(await send()).toMatchObject({
    refused: 'conflict',
    message: `100 signals "go" wait in instance ${id} already; no more are kept.`,
  });
});
