/** Notifications end to end: what happens to instances, the outbox, a real receiver. */
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { receive, type Received } from '#delivery/receiver.fixture.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { pauseInstances, resumeInstances } from '#operations/instances/pause.ts';
import { retryInstances } from '#operations/instances/retry.ts';
import { rerunInstances } from '#operations/instances/rerun.ts';
import { changeEndpoint } from '#operations/endpoints/put.ts';
import { deleteEndpoint } from '#operations/endpoints/delete.ts';
import { getEndpoint } from '#operations/endpoints/get.ts';
import { rotateEndpointSecret } from '#operations/endpoints/secret.ts';
import { testEndpoint } from '#operations/endpoints/test.ts';
import { listDeliveries } from '#operations/notifications/deliveries.ts';
import { resendNotification, resendToEndpoint } from '#operations/notifications/resend.ts';
import { takeJobs } from '../../test/jobs.ts';
import { bodyOf, granted, PUBLIC_URL, tell, type Telling } from './notifying.fixture.ts';

const taken = () => receive((_, response) => response.writeHead(204).end());

const typesOf = (received: readonly Received[]) => received.map((one) => bodyOf(one).type);

async function finishOne(world: Telling): Promise<string> {
  const id = await world.create({ objectId: 'photo-1', dedupeKey: undefined });
  await world.finish(await world.claim(), { size: 7 });
  return id;
}

test('the last word on an instance says how it ended, and is signed as Standard Webhooks', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a', definition: { output: '{{ tasks.a.output }}' } });
  const { secret } = await world.listen(receiver.url, ['instance.completed']);

  const id = await world.create({ objectId: 'photo-1', labels: { team: 'blue' }, dedupeKey: 'k1' });
  await world.finish(await world.claim(), { size: 7 });
  await world.until('delivered', 1);

  const [message] = receiver.received as [Received];
  // The receiver's side of the standard, by its own library; it knows no clock but the machine's.
  const sent = new Webhook(secret).verify(message.body, message.headers);
  const now = world.ctx.clock().toISOString();
  expect(sent).toEqual({
    type: 'instance.completed',
    timestamp: now,
    data: {
      instanceId: id,
      workflow: 'test',
      workflowName: 'Test',
      version: 1,
      objectId: 'photo-1',
      dedupeKey: 'k1',
      labels: { team: 'blue' },
      status: 'succeeded',
      output: { size: 7 },
      error: null,
      createdAt: now,
      startedAt: now,
      finishedAt: now,
      durationSeconds: 0,
      attempts: 1,
      url: `${PUBLIC_URL}/instances/${id}`,
    },
  });
});

test('the last word is delivered however an instance ends', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a', definition: { timeoutSeconds: 60 } });
  await world.listen(receiver.url, ['instance.completed']);

  const succeeded = await finishOne(world);
  const failed = await world.create();
  await world.fail(await world.claim(), 'no disk');
  const cancelled = await world.create();
  await cancelInstances(world.ctx, { ids: [cancelled] });
  const later = new Date(world.ctx.clock().getTime() + 3_600_000).toISOString();
  const neverStarted = await world.create({ runAt: later });
  await cancelInstances(world.ctx, { ids: [neverStarted] });
  const expired = await world.create();
  await world.pass(61);
  await world.until('delivered', 5);

  const ends = receiver.received.map((one) => bodyOf(one).data);
  const endOf = (id: string) => ends.find(({ instanceId }) => instanceId === id);
  expect(endOf(succeeded)).toMatchObject({ status: 'succeeded' });
  expect(endOf(failed)).toMatchObject({
    status: 'failed',
    error: { task: 'a', code: 'error', message: 'no disk' },
  });
  expect(endOf(cancelled)).toMatchObject({ status: 'cancelled' });
  expect(endOf(neverStarted)).toMatchObject({ status: 'cancelled' });
  expect(endOf(expired)).toMatchObject({ status: 'failed', error: { code: 'total_timeout' } });
});

test('an instance that ends as it begins is told of, too', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a', nodes: { a: { type: 'start', work: undefined } } });
  await world.listen(receiver.url, ['instance.completed']);

  await world.create();
  await world.until('delivered', 1);

  expect(bodyOf(receiver.received[0] as Received).data).toMatchObject({ status: 'succeeded' });
});

test('endpoints hear of what they listen to, and of their own workflow', async () => {
  const receiver = await taken();
  const world = await tell({
    dag: 'a',
    nodes: { a: { retry: { limit: 1, delaySeconds: 30, jitter: 0 } } },
  });
  await world.listen(`${receiver.url}/tasks`, ['task.failed', 'task.retrying']);
  await world.listen(`${receiver.url}/moves`, [
    'instance.failed',
    'instance.paused',
    'instance.resumed',
    'instance.retried',
  ]);
  await world.listen(`${receiver.url}/ours`, ['instance.completed'], { workflow: 'test' });

  const id = await world.create();
  await pauseInstances(world.ctx, { ids: [id], reason: 'lunch' });
  await resumeInstances(world.ctx, { ids: [id] });
  await world.fail(await world.claim(), 'once');
  await world.pass(31);
  await world.fail(await world.claim(), 'twice');
  await retryInstances(world.ctx, { ids: [id] });
  await world.until('delivered', 7);

  const at = (path: string) =>
    receiver.received.filter((one) => one.path === path).map((one) => bodyOf(one));
  expect(typesOf(receiver.received.filter(({ path }) => path === '/moves')).toSorted()).toEqual([
    'instance.failed',
    'instance.paused',
    'instance.resumed',
    'instance.retried',
  ]);
  expect(at('/moves').find(({ type }) => type === 'instance.paused')?.data).toMatchObject({
    status: 'paused',
    reason: 'lunch',
  });
  expect(at('/tasks').toSorted((one, other) => (one.type < other.type ? -1 : 1))).toMatchObject([
    { type: 'task.failed', data: { task: 'a', error: { code: 'error', message: 'twice' } } },
    {
      type: 'task.retrying',
      data: { task: 'a', segment: null, attempt: 1, error: { message: 'once' } },
    },
  ]);
  expect(at('/ours')).toHaveLength(1);
});

test('an endpoint that comes late hears of what is under way, and of what goes on again', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a' });
  const ended = await world.create();
  await world.fail(await world.claim());
  const running = await world.create();

  await world.listen(receiver.url, ['instance.completed', 'instance.retried']);
  await retryInstances(world.ctx, { ids: [ended] });
  await world.finish(await world.claim());
  await world.until('delivered', 3);

  const told = receiver.received.map((one) => bodyOf(one));
  expect(told.filter(({ type }) => type === 'instance.retried')).toMatchObject([
    { data: { instanceId: ended } },
  ]);
  expect(
    new Set(
      told
        .filter(({ type }) => type === 'instance.completed')
        .map(({ data }) => data['instanceId']),
    ),
  ).toEqual(new Set([ended, running]));
});

test('an instance brings its own URL, which its rerun keeps', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a' });

  const id = await world.create({ notifyUrl: `${receiver.url}/own?token=s3cret` });
  await rerunInstances(world.ctx, { ids: [id] });
  const other = await world.create({
    notifyUrl: `${receiver.url}/other`,
    notifyEvents: ['instance.succeeded'],
  });
  await world.finish(await world.claim());
  await world.until('delivered', 3);

  expect(receiver.received.map(({ path }) => path).toSorted()).toEqual([
    '/other',
    '/own?token=s3cret',
    '/own?token=s3cret',
  ]);
  expect(await world.notifications({ instance: other })).toMatchObject([
    { type: 'instance.succeeded', endpoint: null, status: 'delivered', attempts: 1 },
  ]);
});

test('a URL that an instance brings may not lead into private networks', async () => {
  const world = await tell(
    { dag: 'a' },
    { policy: { allowPrivate: true, allowLoopback: false, allowHosts: [] } },
  );
  await world.create({ notifyUrl: 'http://10.0.0.1/hook' });
  await world.finish(await world.claim());
  await world.runJobs();

  await expect
    .poll(() => world.notifications())
    .toMatchObject([{ status: 'pending', error: expect.stringContaining('is a private address') }]);
});

test('a message that is not taken is sent again until it is, under the same id', async () => {
  const answers = [500, 302, 503, 404, 200];
  const receiver = await receive((_, response) => {
    const status = answers[receiver.received.length - 1] ?? 200;
    response.writeHead(status, status === 503 ? { 'retry-after': '3600' } : {}).end('nope');
  });
  const world = await tell({ dag: 'a' });
  await world.listen(receiver.url, ['instance.completed']);
  await finishOne(world);
  await world.runJobs();

  for (const [tries, seconds] of [
    [1, 6],
    [2, 6 * 60],
    // Retry-After asks for more than the half hour that would be next.
    [3, 31 * 60],
    [3, 30 * 60],
    [4, 2 * 3_600],
  ] as const) {
    await expect.poll(() => receiver.received.length).toBe(tries);
    await expect
      .poll(async () => (await world.notifications())[0]?.error)
      .toMatch(new RegExp(String(answers[tries - 1])));
    await world.pass(seconds);
  }
  await world.until('delivered', 1);

  expect(receiver.received).toHaveLength(5);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  const [sent] = await world.notifications();
  expect(sent).toMatchObject({ attempts: 5, error: null, dueAt: null });
  const log = granted(await listDeliveries(world.ctx, { id: String(sent?.id) })).data;
  expect(log.map(({ number, status }) => [number, status])).toEqual([
    [5, 200],
    [4, 404],
    [3, 503],
    [2, 302],
    [1, 500],
  ]);
  expect(log[4]).toMatchObject({
    error: expect.stringContaining('it answered 500'),
    request: {
      method: 'POST',
      url: receiver.url,
      headers: { 'webhook-id': sent?.webhookId, 'webhook-signature': '(hidden)' },
      body: { type: 'instance.completed' },
    },
    response: { status: 500, body: 'nope' },
  });
});

test('after a day of tries it is given up, stays visible, and can be resent', async () => {
  let up = false;
  const receiver = await receive((_, response) => response.writeHead(up ? 200 : 400).end());
  const world = await tell({ dag: 'a' });
  const { id } = await world.listen(receiver.url, ['instance.completed']);
  await finishOne(world);
  await world.runJobs();

  for (let tries = 1; tries < 10; tries += 1) {
    await expect.poll(async () => (await world.notifications())[0]?.attempts).toBe(tries);
    await expect.poll(async () => (await world.notifications())[0]?.error).not.toBeNull();
    await world.db.sql`update notification set error = null`;
    await world.pass(7 * 3_600);
  }
  await world.until('dead', 1);

  expect(granted(await getEndpoint(world.ctx, { id }))).toMatchObject({ dead: 1, pending: 0 });
  up = true;
  const [dead] = await world.notifications({ endpoint: id, status: 'dead' });
  expect(await resendNotification(world.ctx, { id: String(dead?.id) })).toMatchObject({
    status: 'pending',
  });
  await world.pass(61);
  await world.until('delivered', 1);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  const since = new Date(0);
  expect(await resendToEndpoint(world.ctx, { id, since, status: 'dead' })).toEqual({ resent: 0 });
  expect(await resendToEndpoint(world.ctx, { id, since, status: 'all' })).toEqual({ resent: 1 });
  await world.runJobs();
  await expect.poll(() => receiver.received.length).toBe(12);
});

test('an endpoint that says it is gone is switched off, and others are told', async () => {
  const gone = await receive((_, response) => response.writeHead(410).end());
  const watching = await taken();
  const world = await tell({ dag: 'a' });
  const { id } = await world.listen(gone.url, ['instance.completed']);
  await world.listen(watching.url, ['endpoint.disabled']);

  await finishOne(world);
  await world.until('dead', 1);
  await world.until('delivered', 1);

  expect(granted(await getEndpoint(world.ctx, { id }))).toMatchObject({
    enabled: false,
    disabledReason: 'gone',
  });
  expect(bodyOf(watching.received[0] as Received)).toMatchObject({
    type: 'endpoint.disabled',
    data: { endpointId: id, name: 'ours', reason: 'gone' },
  });
  await finishOne(world);
  expect(await world.notifications({ endpoint: id })).toHaveLength(1);
});

test('an endpoint that fails for days is switched off; switched on, it gets what waited', async () => {
  let up = false;
  const receiver = await receive((_, response) => response.writeHead(up ? 200 : 500).end());
  const world = await tell({ dag: 'a' }, { disableAfterDays: 1 });
  const { id } = await world.listen(receiver.url, ['instance.completed']);
  const endpoint = async () => granted(await getEndpoint(world.ctx, { id }));

  await finishOne(world);
  await world.runJobs();
  await expect.poll(async () => (await endpoint()).failingSince).not.toBeNull();
  await finishOne(world);
  await world.pass(25 * 3_600);
  await expect.poll(endpoint).toMatchObject({ enabled: false, disabledReason: 'failing' });

  up = true;
  await changeEndpoint(world.ctx, { id, enabled: true });
  await world.pass(25 * 3_600);
  await world.until('delivered', 2);
  expect(await endpoint()).toMatchObject({ enabled: true, failingSince: null, pending: 0 });
});

test('a ping reaches an endpoint that is switched off', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a' });
  const { id, secret } = await world.listen(receiver.url, ['instance.completed']);
  await changeEndpoint(world.ctx, { id, enabled: false });
  await rotateEndpointSecret(world.ctx, { id });

  granted(await testEndpoint(world.ctx, { id }));
  await world.until('delivered', 1);

  const [message] = receiver.received as [Received];
  // The old secret is still good.
  expect(new Webhook(secret).verify(message.body, message.headers)).toMatchObject({
    type: 'ping',
    data: { endpointId: id },
  });
});

test('what waits for an endpoint that is deleted is given up', async () => {
  const world = await tell({ dag: 'a' });
  const { id } = await world.listen('http://127.0.0.1:1/', ['instance.completed']);
  await finishOne(world);

  granted(await deleteEndpoint(world.ctx, { id }));

  const [dead] = await world.notifications();
  expect(dead).toMatchObject({ status: 'dead', endpoint: { id, name: null } });
  expect(await resendNotification(world.ctx, { id: String(dead?.id) })).toMatchObject({
    refused: 'conflict',
  });
});

test('an endpoint that hangs delays nobody else', async () => {
  const hanging = await receive(() => undefined);
  const receiver = await taken();
  const world = await tell({ dag: 'a' });
  await world.listen(hanging.url, ['instance.completed']);
  await world.listen(receiver.url, ['instance.completed']);

  for (let count = 0; count < 40; count += 1) await world.create();
  await world.finish(await world.claim());
  await world.until('delivered', 40);

  expect(hanging.received.length).toBeLessThanOrEqual(16);
});

test('a process that stops wakes another one for what it was sending', async () => {
  const hanging = await receive(() => undefined);
  const world = await tell({ dag: 'a' });
  await world.listen(hanging.url, ['instance.completed']);
  await finishOne(world);
  await world.runJobs();
  await expect.poll(() => hanging.received).toHaveLength(1);
  await takeJobs(world.db);

  await world.notifying.stop(0);
  expect(await takeJobs(world.db)).toMatchObject([{ name: 'notify' }]);
});

test('an output that is too large is left where it is', async () => {
  const receiver = await taken();
  const world = await tell({ dag: 'a', definition: { output: '{{ tasks.a.output }}' } });
  await world.listen(receiver.url, ['instance.completed']);
  const id = await world.create();
  await world.finish(await world.claim(), 'x'.repeat(20_000));
  await world.until('delivered', 1);

  expect(bodyOf(receiver.received[0] as Received).data).toMatchObject({
    output: { $ref: `${PUBLIC_URL}/api/v1/instances/${id}` },
  });
});

test('nobody who listens costs a turn nothing: it writes no row', async () => {
  const world = await tell({ dag: 'a' });
  await world.listen('http://127.0.0.1:1/', ['task.failed']);
  await finishOne(world);

  expect(await world.notifications()).toEqual([]);
});
