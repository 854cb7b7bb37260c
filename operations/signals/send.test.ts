import { expect, test } from 'vitest';
import type { Json } from '#engine/json.ts';
import { setup } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from './send.ts';

const go = { type: 'signal', signal: 'go' };

test('of signals that come early a run keeps so many of a name, and says so', async () => {
  const world = await setup({
    dag: 'a -> ask, a -> other',
    nodes: { ask: go, other: { type: 'signal', signal: 'stop' } },
  });
  const id = await world.create();
  const send = (run: string, name: string) => sendSignal(world.ctx, { id: run, name, payload: 1 });

  for (let sent = 0; sent < 100; sent += 1) {
    expect(isRefusal(await send(id, 'go'))).toBe(false);
  }
  expect(await send(id, 'go')).toMatchObject({
    refused: 'conflict',
    message: `100 signals "go" wait in instance ${id} already; no more are kept.`,
    facts: { id, signal: 'go', waiting: 100 },
  });
  // Each name and each run by itself.
  expect(await send(id, 'stop')).toEqual({ taken: false, task: null });
  expect(await send(await world.create(), 'go')).toEqual({ taken: false, task: null });
});

test('a signal goes to the first node that is open, else waits for the next; then nobody wants it', async () => {
  const world = await setup({
    dag: 'first -> second, hold',
    nodes: { first: go, second: go, hold: { type: 'signal' } },
  });
  const id = await world.create();
  const send = (payload: number) => sendSignal(world.ctx, { id, name: 'go', payload });
  const keptFor = () => world.db.sql`select payload, node from signal order by payload`;

  expect(await send(1)).toEqual({ taken: true, task: `${id}_first` });
  expect(await send(2)).toEqual({ taken: true, task: `${id}_second` });
  expect(await send(3)).toMatchObject({
    refused: 'conflict',
    message: `No task of instance ${id} waits for signal "go" any more.`,
    facts: { id, signal: 'go', status: 'running' },
  });
  expect([...(await keptFor())]).toEqual([
    { payload: 1, node: 0 },
    { payload: 2, node: 2 },
  ]);

  expect(await sendSignal(world.ctx, { id, name: 'hold' })).toEqual({
    taken: true,
    task: `${id}_hold`,
  });
  expect((await world.look(id)).status).toBe('succeeded');
  expect(await send(4)).toMatchObject({
    refused: 'conflict',
    message: `Instance ${id} has succeeded; nothing in it waits for a signal.`,
  });
});

test('signals that were taken are none that wait', async () => {
  const world = await setup({ dag: 'a -> ask', nodes: { ask: go } });
  const id = await world.create();
  await world.db.sql`
    insert into signal (project_id, instance_id, name, payload, actor, node, at)
    select 1, ${id}, 'go', '1', 'test', 1, ${world.ctx.clock()} from generate_series(1, 100)
  `;
  expect(await sendSignal(world.ctx, { id, name: 'go' })).toEqual({ taken: false, task: null });
});

test('what a signal has to say is up to the node that takes it, not to one behind it', async () => {
  const world = await setup({
    dag: 'first -> second',
    nodes: { first: go, second: { ...go, approval: true } },
  });
  const id = await world.create();
  const send = (payload: Json) => sendSignal(world.ctx, { id, name: 'go', payload });

  expect(await send('anything')).toEqual({ taken: true, task: `${id}_first` });
  expect(await send('anything')).toMatchObject({
    refused: 'invalid_request',
    errors: [{ pointer: '/payload', code: 'invalid_approval' }],
  });
  expect(await send({ approved: false, note: 'too dear' })).toMatchObject({ taken: true });
  expect(await world.look(id)).toMatchObject({
    status: 'failed',
    error: { task: 'second', code: 'rejected', message: 'too dear' },
  });
});

test('a signal that a run cannot know is refused, as is one to a run that there is not', async () => {
  const world = await setup({ dag: 'a' });
  const id = await world.create();

  expect(await sendSignal(world.ctx, { id, name: 'go' })).toMatchObject({
    refused: 'not_found',
    message: `Nothing in instance ${id} waits for signal "go": its version has no signal nodes.`,
    facts: { id, signal: 'go', signals: [] },
  });
  for (const nobody of ['nonsense', '019aa5a7-0000-7000-8000-000000000000']) {
    expect(await sendSignal(world.ctx, { id: nobody, name: 'go' })).toMatchObject({
      refused: 'not_found',
    });
  }
});
