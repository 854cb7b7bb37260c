import { createHmac } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { changeTrigger } from './change.ts';
import { createTrigger } from './create.ts';
import { listTriggerDeliveries } from './deliveries.ts';
import { getTrigger } from './list.ts';
import { receiveHook } from './receive.ts';
import { getTriggerSecrets, rotateTrigger } from './secrets.ts';

let world: World;
let count = 0;

beforeAll(async () => {
  world = await setup({
    dag: 'a',
    lifetime: 'file',
    definition: { input: { type: 'object', required: ['ref'] } },
  });
});

function made<T>(answer: T | Refusal): T {
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer;
}

async function hook(
  settings: Partial<Parameters<typeof createTrigger>[1]> = {},
  { ctx }: World = world,
) {
  count += 1;
  const { id, key } = made(
    await createTrigger(ctx, { workflow: 'test', key: `hook-${count}`, ...settings }),
  );
  const name = { workflow: 'test', id };
  const secrets = async () => made(await getTriggerSecrets(ctx, name));
  const { path } = await secrets();

  return {
    name,
    key,
    secrets,
    send: (headers: Record<string, string> = {}, body = '{"ref":"main"}', to = path) =>
      receiveHook(ctx, {
        token: to.slice(to.lastIndexOf('/') + 1),
        headers: { 'content-type': 'application/json', ...headers },
        query: {},
        body: Buffer.from(body),
      }),
    log: async (page: { limit: number; cursor?: string } = { limit: 50 }) =>
      made(await listTriggerDeliveries(ctx, { ...name, ...page })),
    lastAt: async () => made(await getTrigger(ctx, name)).lastAt,
  };
}

test('a request that comes again is told of one instance, which says once what made it', async () => {
  const { send, key, name } = await hook({
    priority: 7,
    labels: { by: 'ci', trigger: 'says so itself' },
  });
  const first = made(await send({ 'webhook-id': 'msg_1' }));
  const again = made(await send({ 'webhook-id': 'msg_1' }));

  expect(first.outcome).toBe('started');
  expect(again).toEqual({ outcome: 'repeated', instanceId: first.instanceId });
  const { sql } = world.db;
  expect([
    ...(await sql`select priority, labels from instance where id = ${first.instanceId}`),
  ]).toEqual([{ priority: 7, labels: { by: 'ci', trigger: key } }]);
  expect([
    ...(await sql`
      select data from instance_event
      where instance_id = ${first.instanceId} and type = 'triggered_by'
    `),
  ]).toEqual([{ data: { trigger: key, triggerId: name.id } }]);
});

test('a request without an id, or with an empty one, is a new one each time', async () => {
  const { send } = await hook();

  expect(await send()).toMatchObject({ outcome: 'started' });
  for (let time = 0; time < 2; time += 1) {
    expect(await send({ 'webhook-id': '' })).toMatchObject({ outcome: 'started' });
  }
  // Of ids that are too long the beginning counts.
  expect(await send({ 'webhook-id': 'x'.repeat(200) })).toMatchObject({ outcome: 'started' });
  expect(await send({ 'webhook-id': 'x'.repeat(201) })).toMatchObject({ outcome: 'repeated' });
});

test("the id of a message is the sender's own: another hook that is sent the same one makes another instance", async () => {
  for (const { send } of [await hook(), await hook()]) {
    expect(await send({ 'webhook-id': 'msg_2' })).toMatchObject({ outcome: 'started' });
  }
});

test('a hook says when it was last used by somebody who may', async () => {
  const { send, lastAt } = await hook();
  const ignoring = await hook({ when: 'false' });
  const signed = await hook({ signature: { kind: 'github' } });
  const now = world.ctx.clock().toISOString();
  for (const one of [send, ignoring.send, signed.send]) {
    await one();
  }

  expect([await lastAt(), await ignoring.lastAt(), await signed.lastAt()]).toEqual([
    now,
    now,
    null,
  ]);
});

test('a request for what is busy is a conflict, in its answer and in the log', async () => {
  const busy = await setup({ dag: 'a', workflow: { onObjectBusy: 'reject' } });
  const { send, log } = await hook({ objectId: 'film' }, busy);
  await send();

  expect(await send()).toMatchObject({ refused: 'object_busy' });
  expect((await log()).data.map(({ outcome, status }) => [outcome, status])).toEqual([
    ['failed', 409],
    ['started', 202],
  ]);
});

test('requests that are not signed push none of the others out of the log, nor those them', async () => {
  const { send, log, secrets } = await hook({
    when: 'false',
    signature: { kind: 'hmac', header: 'x-proof', prefix: '', encoding: 'hex' },
  });
  const { secret } = await secrets();
  const proof = createHmac('sha256', secret ?? '')
    .update('{"ref":"main"}')
    .digest('hex');
  const signed = () => send({ 'x-proof': proof });
  const times = async (many: number, one: () => Promise<unknown>) => {
    for (let time = 0; time < many; time += 1) {
      await one();
    }
  };
  const kept = async () => {
    const { data } = await log({ limit: 200 });
    return [
      data.filter(({ outcome }) => outcome === 'ignored').length,
      data.filter(({ outcome }) => outcome === 'refused').length,
    ];
  };

  await signed();
  await times(52, () => send());
  await signed();
  expect(await kept()).toEqual([2, 50]);
  await times(50, signed);
  expect(await kept()).toEqual([50, 50]);
});

test('what can make no instance is refused with its reason, which the log keeps', async () => {
  const { send, log } = await hook();

  expect(await send({}, '{}')).toMatchObject({
    refused: 'invalid_request',
    errors: [{ pointer: expect.stringMatching(/^\/input/) }],
  });
  expect(await send({}, '{')).toMatchObject({
    message: 'The body is not the JSON that it says it is.',
  });
  const { data } = await log();
  expect(data.map(({ outcome, status }) => [outcome, status])).toEqual([
    ['failed', 422],
    ['failed', 422],
  ]);
  expect(data[0]?.message).toBe('The body is not JSON.');
});

test('the log is read page by page, and keeps no secret', async () => {
  const { send, log, secrets } = await hook({
    signature: { kind: 'hmac', header: 'x-proof', prefix: '', encoding: 'hex' },
  });
  const open = await hook();
  for (const ref of ['1', '2', '3']) {
    await open.send(
      { 'x-proof': 'p', authorization: 'a', 'x-api-key': 'k', 'x-team': 't' },
      `{"ref":"${ref}"}`,
    );
  }
  const first = await open.log({ limit: 2 });
  const rest = await open.log({ limit: 2, cursor: first.nextCursor ?? '' });

  expect([first, rest].map(({ data }) => data.map(({ body }) => body))).toEqual([
    ['{"ref":"3"}', '{"ref":"2"}'],
    ['{"ref":"1"}'],
  ]);
  expect(rest.nextCursor).toBeNull();
  expect(first.data[0]?.headers).toEqual({
    'content-type': 'application/json',
    'x-proof': 'p',
    'x-team': 't',
  });

  // Of a request that is not signed nothing is kept.
  expect(await send({ 'x-proof': 'nonsense' })).toMatchObject({ refused: 'unauthorized' });
  expect((await log()).data).toMatchObject([{ outcome: 'refused', headers: {}, body: null }]);
  // Of one that is, all but its signature.
  const { secret } = await secrets();
  const proof = createHmac('sha256', secret ?? '')
    .update('{"ref":"4"}')
    .digest('hex');
  expect(await send({ 'x-proof': proof }, '{"ref":"4"}')).toMatchObject({ outcome: 'started' });
  expect((await log()).data[0]?.headers).toEqual({ 'content-type': 'application/json' });
});

test('a new URL keeps the secret, unless that is to be new as well', async () => {
  const { name, secrets, send } = await hook({ signature: { kind: 'github' } });
  const before = await secrets();
  const rotate = async (more: { secret: boolean; graceSeconds: number }) =>
    made(await rotateTrigger(world.ctx, { ...name, ...more }));

  const kept = await rotate({ secret: false, graceSeconds: 60 });
  expect(kept.secret).toBe(before.secret);
  expect(kept.path).not.toBe(before.path);
  expect(kept.previousUntil).toBe(new Date(world.ctx.clock().getTime() + 60_000).toISOString());
  world.advanceClock(60);
  expect((await secrets()).previousUntil).toBeNull();
  expect(await send({}, '{}', before.path)).toMatchObject({ refused: 'not_found' });

  const renewed = await rotate({ secret: true, graceSeconds: 0 });
  expect(renewed.secret).toMatch(/^[\w-]{43}$/);
  expect(renewed.secret).not.toBe(before.secret);
  expect(renewed.previousUntil).toBeNull();

  const unsigned = await hook();
  expect(
    made(await rotateTrigger(world.ctx, { ...unsigned.name, secret: true, graceSeconds: 0 }))
      .secret,
  ).toBeNull();
});

test('a change leaves alone what it does not name, the secret too', async () => {
  const { name, secrets } = await hook({ signature: { kind: 'github' }, priority: 3 });
  const { secret } = await secrets();
  const change = (changes: Partial<Parameters<typeof changeTrigger>[1]>) =>
    changeTrigger(world.ctx, { ...name, ...changes });

  expect(
    await change({ name: 'New', priority: undefined, signature: { kind: 'github' } }),
  ).toMatchObject({
    name: 'New',
    priority: 3,
  });
  expect((await secrets()).secret).toBe(secret);
  expect(await change({ signature: { kind: 'none' } })).toMatchObject({
    signature: { kind: 'none' },
  });
  expect((await secrets()).secret).toBeNull();
});

test('a key that is taken is refused at its place', async () => {
  const { key } = await hook();

  expect(await createTrigger(world.ctx, { workflow: 'test', key })).toMatchObject({
    refused: 'conflict',
    errors: [{ pointer: '/key', code: 'conflict', message: 'is taken already' }],
  });
  expect(await createTrigger(world.ctx, { workflow: 'nonsense', key })).toMatchObject({
    refused: 'not_found',
  });
});
