/** Push end to end: real rows, a real HTTP receiver, the operations and the pumps between them. Only time is the test's. */
import { Logger, runOnce } from 'graphile-worker';
import { expect, onTestFinished, test } from 'vitest';
import { createOutbound } from '#delivery/http.ts';
import { Pump } from '#delivery/pump.ts';
import { pushPort, type PushRows } from '#delivery/push_port.ts';
import { createPumps, type Pumps } from '#delivery/pumps.ts';
import { closedPort, receive, type Received } from '#delivery/receiver.fixture.ts';
import { verifySignature } from '#delivery/signature.ts';
import type { Json } from '#engine/json.ts';
import type { Context } from '#operations/context.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { isRefusal } from '#operations/refusal.ts';
import { sweep } from '#operations/sweeps/sweep.ts';
import { getTask } from '#operations/tasks/get.ts';
import { listSegments } from '#operations/tasks/segments.ts';
import { rotateWorkSecret } from '#operations/works/secrets.ts';
import { setup, type World, type WorldOptions } from '../../test/setup.ts';
import { startDelivering, type Delivering } from './delivering.ts';
import { pushRows } from './push_rows.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TRIAL = { allowPrivate: false, allowLoopback: true, allowHosts: [] };
const publicUrl = 'https://latchwork.example';

function pushedTo(url: string, options: Partial<WorldOptions> = {}): Promise<World> {
  const work = { delivery: 'push', url, secrets: [SECRET], ...options.work };

  return setup({ dag: 'a', ...options, work });
}

/** The pushes of one process. */
async function deliveringOf({ db, clock, log }: Context): Promise<Delivering> {
  const outbound = createOutbound({ policy: TRIAL });
  const delivering = await startDelivering({ db, outbound, clock, log, publicUrl });
  onTestFinished(() => delivering.stop(0));

  return delivering;
}

/** Pumps over rows that a test has changed. */
function pumpsOver({ clock, log }: Context, rows: PushRows): Pumps {
  const outbound = createOutbound({ policy: TRIAL });

  return createPumps({
    pumpsOf: () => [new Pump({ port: pushPort({ rows, outbound, clock, log }), clock, log })],
    cutOff: () => outbound.close(),
  });
}

/** Runs the wake-ups that are pending, as the worker process would. */
async function runJobs(world: World, delivering: Delivering): Promise<void> {
  await runOnce({
    connectionString: world.url,
    logger: new Logger(() => () => undefined),
    taskList: {
      deliver: (payload) => delivering.wake(payload as { projectId: number; work: string }),
      admit: () => undefined,
    },
  });
}

/** Lets time pass and the sweep look, then the wake-ups that it made. */
async function pass(world: World, delivering: Delivering, seconds: number) {
  world.advanceClock(seconds);
  const counts = await sweep(world.ctx, { renew: false });
  await runJobs(world, delivering);

  return counts;
}

/** Until then each step makes the next one ready, and with it a wake-up. */
async function untilSucceeded(world: World, delivering: Delivering, id: string): Promise<void> {
  const status = async () => {
    await runJobs(world, delivering);
    return (await world.look(id)).status;
  };

  await expect.poll(status).toBe('succeeded');
}

async function taskOf(world: World, id: string) {
  const [row] = await world.db.sql`
    select status, attempt, deliveries, delivering, failures from task where instance_id = ${id}
  `;
  return row;
}

/** As the task keeps it. */
async function errorOf(world: World, id: string) {
  const [row] = await world.db.sql`
    select delivery_error as error from task where instance_id = ${id}
  `;
  return row?.['error'];
}

/** As people see it. */
async function deliveryOf(world: World, id: string) {
  const task = await getTask(world.ctx, { id: `${id}_a` });
  return isRefusal(task) ? undefined : task.delivery;
}

async function attemptsOf(world: World, id: string) {
  return world.db.sql`
    select number, outcome, code, error ->> 'message' as message
    from attempt where instance_id = ${id} order by number
  `;
}

const statusOf = (world: World, id: string) => async () => (await world.look(id)).status;
const idsOf = (requests: readonly Received[]) =>
  requests.map(({ headers }) => headers['webhook-id']);
const dataOf = ({ body }: Received) => JSON.parse(body).data;
const succeeded = (output: Json) => JSON.stringify({ status: 'succeeded', output });

test('an answer can be the result: a chain runs through one endpoint by itself', async () => {
  const server = await receive((request, response) =>
    response.end(succeeded({ from: dataOf(request).task })),
  );
  const world = await pushedTo(server.url, {
    dag: 'a -> b, b -> c',
    definition: { output: '{{ tasks.c.output }}' },
  });
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await untilSucceeded(world, delivering, id);

  expect((await world.look(id)).output).toEqual({ from: 'c' });
  for (const { headers, body } of server.received) {
    expect(verifySignature([SECRET], headers, Buffer.from(body), world.ctx.clock())).toBeNull();
  }
  expect(dataOf(server.received[0] as Received)).toMatchObject({
    instanceId: id,
    objectId: 'object',
    workflow: 'test',
    task: 'a',
    attempt: 1,
    segment: null,
    deadlines: { startBy: null, heartbeatSeconds: null },
  });
});

test('what a running pump has pushed before is pushed again within moments, without a job', async () => {
  const server = await receive((_, response) => response.end(succeeded(null)));
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const first = await world.create();
  await runJobs(world, delivering);
  await expect.poll(statusOf(world, first)).toBe('succeeded');

  const second = await world.create();
  await expect.poll(statusOf(world, second)).toBe('succeeded');
});

test('an answer can be an acceptance: the report follows at the report URL', async () => {
  const server = await receive((_, response) => response.writeHead(202).end());
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(async () => (await taskOf(world, id))?.['status']).toBe('running');

  const { token, reportUrl } = dataOf(server.received[0] as Received);
  expect(reportUrl).toBe(`${publicUrl}/api/v1/reports/${token}`);
  expect(await world.report([{ token, type: 'finish', output: 7 }])).toEqual([{ ok: true }]);
  expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
});

test('a report may overtake the answer to its push', async () => {
  const server = await receive((request, response) => {
    void world
      .report([{ token: dataOf(request).token, type: 'finish', output: 'early' }])
      .then(() => response.writeHead(202).end());
  });
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(statusOf(world, id)).toBe('succeeded');
  await delivering.stop(5_000);

  expect(await taskOf(world, id)).toBeUndefined();
  expect(await attemptsOf(world, id)).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
});

test('a work that reports its start is dispatched by an acceptance, not running', async () => {
  const server = await receive((_, response) => response.end());
  const world = await pushedTo(server.url, { work: { start_report: true } });
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect
    .poll(() => taskOf(world, id))
    .toMatchObject({ status: 'dispatched', delivering: false });

  const { token } = dataOf(server.received[0] as Received);
  await world.report([{ token, type: 'start' }]);
  expect(await taskOf(world, id)).toMatchObject({ status: 'running' });
});

test('after a rotation pushes are verified with the new secret, and with the one before', async () => {
  const server = await receive((_, response) => response.end(succeeded(null)));
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);
  const [made, before] = secretsOf(await rotateWorkSecret(world.ctx, { key: 'a' }));
  expect(before).toBe(SECRET);

  const verify = (secret: string | undefined) => {
    const { headers, body } = server.received.at(-1) as Received;
    return verifySignature([String(secret)], headers, Buffer.from(body), world.ctx.clock());
  };
  await untilSucceeded(world, delivering, await world.create());
  expect([made, before].map(verify)).toEqual([null, null]);

  // The next rotation ends the oldest.
  await rotateWorkSecret(world.ctx, { key: 'a' });
  await untilSucceeded(world, delivering, await world.create());
  expect(verify(made)).toBeNull();
  expect(verify(before)).not.toBeNull();
});

function secretsOf(answer: Awaited<ReturnType<typeof rotateWorkSecret>>): readonly string[] {
  return isRefusal(answer) ? [] : answer.secrets;
}

test('no more requests are under way at an endpoint than its work allows', async () => {
  const held: (() => void)[] = [];
  let underWay = 0;
  let most = 0;
  // Nobody is answered before there are three.
  const server = await receive((_, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    response.once('finish', () => (underWay -= 1));
    held.push(() => response.end(succeeded(null)));
    if (held.length >= 3) for (const answer of held.splice(0)) answer();
  });
  const world = await pushedTo(server.url, { work: { request_concurrency: 3 } });
  const delivering = await deliveringOf(world.ctx);
  for (let count = 0; count < 30; count += 1) await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => server.received.length).toBe(30);
  expect(most).toBe(3);
});

test('after a 500 the same attempt is delivered again, and no retry of the task is used up', async () => {
  const server = await receive((_, response) => {
    response.statusCode = server.received.length === 1 ? 500 : 200;
    response.end(succeeded(null));
  });
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect
    .poll(() => taskOf(world, id))
    .toMatchObject({ status: 'delayed', attempt: 1, deliveries: 1, failures: 0 });

  expect(await pass(world, delivering, 2)).toMatchObject({ delays: 1 });
  await expect.poll(statusOf(world, id)).toBe('succeeded');

  const [first, second] = idsOf(server.received);
  expect(second).toBe(first);
  expect(await attemptsOf(world, id)).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
});

test('why a push is not delivered is told from the first failure on, until the endpoint has it', async () => {
  const server = await receive((_, response) => {
    if (server.received.length === 1) response.writeHead(500).end('no\0disk');
    else response.writeHead(202).end();
  });
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  expect(await deliveryOf(world, id)).toBeNull();
  const at = world.ctx.clock().toISOString();
  await runJobs(world, delivering);
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed' });

  const message = 'the endpoint answered 500: no disk';
  expect(await errorOf(world, id)).toEqual({ message, status: 500, at });
  expect(await deliveryOf(world, id)).toEqual({ tries: 1, message, at });
  await pass(world, delivering, 2);
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running', deliveries: 0 });
  expect(await errorOf(world, id)).toBeNull();
  expect(await deliveryOf(world, id)).toBeNull();
});

test('a 429 is obeyed for as long as it says', async () => {
  const server = await receive((_, response) => {
    if (server.received.length === 1) response.writeHead(429, { 'retry-after': '40' });
    response.end(succeeded(null));
  });
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed' });
  expect(await pass(world, delivering, 39)).toMatchObject({ delays: 0 });
  expect(await pass(world, delivering, 1)).toMatchObject({ delays: 1 });
  await expect.poll(statusOf(world, id)).toBe('succeeded');
});

test('a refused connection is tried again', async () => {
  const port = await closedPort();
  const world = await pushedTo(`http://127.0.0.1:${port}/`);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);

  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', deliveries: 1 });
  const message = expect.stringContaining('ECONNREFUSED');
  expect(await errorOf(world, id)).toEqual({ message, at: world.ctx.clock().toISOString() });
});

test('a report of an endpoint that is at work after all takes back what was said of its pushes', async () => {
  const server = await receive((_, response) => response.writeHead(503).end());
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => deliveryOf(world, id)).toMatchObject({ tries: 1 });
  const { token } = dataOf(server.received[0] as Received);
  expect(await world.report([{ token, type: 'heartbeat' }])).toEqual([{ ok: true }]);

  expect(await deliveryOf(world, id)).toBeNull();
});

test('an attempt that cannot be delivered for the twenty-first time fails, and so does its task', async () => {
  const port = await closedPort();
  const world = await pushedTo(`http://127.0.0.1:${port}/`);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await world.db.sql`
    update task set deliveries = 20, attempt = 1, token = gen_random_uuid() where instance_id = ${id}
  `;
  await runJobs(world, delivering);
  await expect.poll(statusOf(world, id)).toBe('failed');

  expect(await attemptsOf(world, id)).toMatchObject([
    {
      outcome: 'failed',
      code: 'delivery_failed',
      message: expect.stringMatching(/^Given up after 21 deliveries; the last: .*ECONNREFUSED/),
    },
  ]);
});

test('a 404 fails the attempt at once; the retries of the task are new attempts', async () => {
  const server = await receive((_, response) => response.writeHead(404).end('no such hook'));
  const world = await pushedTo(server.url, { nodes: { a: { retry: { limit: 1 } } } });
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 1 });
  await pass(world, delivering, 5);
  await expect.poll(statusOf(world, id)).toBe('failed');

  expect(await attemptsOf(world, id)).toMatchObject([
    { number: 1, code: 'delivery_failed', message: 'the endpoint answered 404: no such hook' },
    { number: 2, code: 'delivery_failed' },
  ]);
  expect(new Set(idsOf(server.received)).size).toBe(2);
});

test('an endpoint can say that the task failed, or that it cannot take it now', async () => {
  const server = await receive((_, response) => {
    if (server.received.length === 1) response.writeHead(409).end('busy');
    else response.end('{"status":"failed","message":"no disk","retryable":false}');
  });
  const world = await pushedTo(server.url, { nodes: { a: { retry: { limit: 9 } } } });
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 0 });
  await pass(world, delivering, 600);
  await expect.poll(statusOf(world, id)).toBe('failed');

  expect(await attemptsOf(world, id)).toMatchObject([
    { outcome: 'rejected', message: 'the endpoint answered 409: busy' },
    { outcome: 'failed', code: 'error', message: 'no disk' },
  ]);
});

test('an endpoint that hangs is given up in time and asked again later', async () => {
  const server = await receive(() => undefined);
  const world = await pushedTo(server.url);
  const port = pushRows(world.ctx, { work: 'a', publicUrl, worker: 'test' });
  const { claim } = port;
  port.claim = async (max) => {
    const claimed = await claim(max);
    return claimed && { ...claimed, work: { ...claimed.work, timeoutSeconds: 0.05 } };
  };
  const pumps = pumpsOver(world.ctx, port);
  onTestFinished(async () => void (await pumps.stop(0)));

  const id = await world.create();
  pumps.wake({ projectId: 1, work: 'a' });

  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', deliveries: 1 });
});

test('a process that dies between claim and send loses nothing: the lease runs out and the attempt is sent', async () => {
  const held: (() => void)[] = [];
  const server = await receive((_, response) => held.push(() => response.end(succeeded(null))));
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);
  const id = await world.create();

  const dead = pushRows(world.another(), { work: 'a', publicUrl, worker: 'dead' });
  const claimed = await dead.claim(10);
  expect(claimed?.tasks).toHaveLength(1);
  await runJobs(world, delivering);
  expect(server.received).toEqual([]);

  world.advanceClock(31);
  expect(await sweep(world.ctx, { renew: false })).toMatchObject({ redelivered: 1 });
  expect(await deliveryOf(world, id)).toEqual({
    tries: 1,
    message: expect.stringContaining('not known whether it arrived'),
    at: world.ctx.clock().toISOString(),
  });
  await runJobs(world, delivering);
  await expect.poll(() => held.length).toBe(1);
  held[0]?.();
  await expect.poll(statusOf(world, id)).toBe('succeeded');
  expect(dataOf(server.received[0] as Received)).toMatchObject({
    token: claimed?.tasks[0]?.token,
    attempt: 1,
  });
});

test('a process that dies between send and record sends the same attempt again, and it counts once', async () => {
  const server = await receive((_, response) => response.end(succeeded(null)));
  const world = await pushedTo(server.url, { dag: 'a -> b', nodes: { b: { work: 'other' } } });
  const id = await world.create();

  const port = pushRows(world.another(), { work: 'a', publicUrl, worker: 'dead' });
  port.settle = () => Promise.resolve();
  const dying = pumpsOver(world.ctx, port);
  dying.wake({ projectId: 1, work: 'a' });
  await expect.poll(() => server.received.length).toBe(1);
  await dying.stop(1_000);

  const delivering = await deliveringOf(world.ctx);
  await pass(world, delivering, 31);
  await untilSucceeded(world, delivering, id);

  const ofA = server.received.filter((one) => dataOf(one).task === 'a');
  expect(ofA).toHaveLength(2);
  expect(new Set(idsOf(ofA)).size).toBe(1);
  expect((await attemptsOf(world, id)).filter(({ number }) => number === 1)).toHaveLength(2);
});

test('an answer that comes after the cancellation changes nothing', async () => {
  const held: (() => void)[] = [];
  const server = await receive((_, response) => held.push(() => response.end(succeeded(1))));
  const world = await pushedTo(server.url);
  const delivering = await deliveringOf(world.ctx);

  const id = await world.create();
  await runJobs(world, delivering);
  await expect.poll(() => held.length).toBe(1);
  await cancelInstances(world.ctx, { ids: [id] });
  held[0]?.();
  await delivering.stop(5_000);

  expect(await world.look(id)).toMatchObject({ status: 'cancelled' });
  expect(await attemptsOf(world, id)).toMatchObject([{ outcome: 'cancelled' }]);
});

test('two processes share the work: everything is delivered, nothing twice', async () => {
  const server = await receive((_, response) => response.end(succeeded(null)));
  const world = await pushedTo(server.url, { dag: 'a -> b, b -> c', work: {} });
  const [one, other] = [await deliveringOf(world.ctx), await deliveringOf(world.another())];

  const ids = await Promise.all(Array.from({ length: 100 }, () => world.create()));
  for (const work of ['a', 'b', 'c']) {
    one.wake({ projectId: 1, work });
    other.wake({ projectId: 1, work });
  }
  const open = async () => {
    const rows = await world.db.sql`select from instance where status <> 'succeeded'`;
    return rows.length;
  };
  await expect.poll(open).toBe(0);

  expect(server.received).toHaveLength(ids.length * 3);
  expect(new Set(idsOf(server.received)).size).toBe(ids.length * 3);
});

test('a process that stops leaves the rest to another', async () => {
  const held: (() => void)[] = [];
  const server = await receive((_, response) => held.push(() => response.end(succeeded(null))));
  const world = await pushedTo(server.url, { work: { request_concurrency: 8 } });
  const first = await deliveringOf(world.ctx);

  const ids = await Promise.all(Array.from({ length: 30 }, () => world.create()));
  await world.db.sql`delete from graphile_worker._private_jobs`;
  first.wake({ projectId: 1, work: 'a' });
  await expect.poll(() => held.length).toBe(8);
  const stopped = first.stop(60_000);
  for (const answer of held.splice(0)) answer();
  await stopped;
  expect(server.received).toHaveLength(8);

  const second = await deliveringOf(world.another());
  await runJobs(world, second);
  const answered = () => {
    for (const answer of held.splice(0)) answer();
    return server.received.length;
  };
  await expect.poll(answered).toBe(ids.length);
});

test('a segment says like a task why it is pushed again', async () => {
  const world = await pushedTo('http://127.0.0.1:1', {
    nodes: { a: { type: 'fanout', work: 'a', items: '[1, 2]', maxParallel: 1 } },
  });
  const id = await world.create();
  const port = pushRows(world.ctx, { work: 'a', publicUrl, worker: 'dead' });
  expect((await port.claim(10))?.tasks).toHaveLength(1);
  world.advanceClock(31);
  await sweep(world.ctx, { renew: false });

  const page = await listSegments(world.ctx, { id: `${id}_a`, limit: 10 });
  expect(isRefusal(page) ? page : page.data).toMatchObject([
    { order: 0, status: 'ready', delivery: { tries: 1, at: world.ctx.clock().toISOString() } },
    { order: 1, status: 'pending', delivery: null },
  ]);
});
