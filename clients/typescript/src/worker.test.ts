/** The worker against the real API on a socket. Time passes only where the test says so. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { listen, servedApi } from '../../../test/served.ts';
import { beatSeconds } from './attempt.ts';
import { createClient } from './client.ts';
import { NonRetryableError, RetryableError, TaskAborted } from './errors.ts';
import { delay, reject, type Task, type Works } from './task.ts';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

const ONE_TASK = {
  schemaVersion: 1 as const,
  nodes: [{ key: 'a', type: 'task' as const, work: 'a' }],
  edges: [],
};

let api: Awaited<ReturnType<typeof servedApi>>;
let workers: Worker[] = [];

beforeEach(async () => {
  api = await servedApi();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop({ graceSeconds: 0 })));
  workers = [];
  await api.close();
});

function work(works: Works, options: Partial<WorkerOptions> = {}): Worker {
  const { url, apiKey } = api;
  const worker = createWorker({ url, apiKey, works, waitSeconds: 0.2, ...options });
  workers.push(worker);
  void worker.run();
  return worker;
}

/** Lets retries that are due begin, too. No time passes, so that nothing is overdue because this took long. */
const ended = (id: string) =>
  expect
    .poll(async () => (await api.pass(0), (await api.look(id)).status))
    .toMatch(/^(succeeded|failed|cancelled)$/);

test('it claims, and what a handler returns is the output', async () => {
  await api.publish({
    schemaVersion: 1,
    nodes: [
      { key: 'a', type: 'task', work: 'a', input: '{{ input }}' },
      { key: 'b', type: 'task', work: 'b', input: { width: '{{ tasks.a.output.width }}' } },
    ],
    edges: [{ from: 'a', to: 'b' }],
    output: '{{ tasks.b.output }}',
  });
  work({
    a: (task: Task<{ size: number }>) => ({ width: task.input.size * 2 }),
    b: async (task: Task<{ width: number }>) => [task.input.width, task.objectId, task.attempt],
  });

  const client = createClient(api);
  const { id } = await client.createInstance('test', { objectId: 'photo', input: { size: 4 } });

  expect(await client.waitForInstance(id, { everySeconds: 0.05 })).toMatchObject({
    status: 'succeeded',
    output: [8, 'photo', 1],
  });
});

test('hundreds of tasks are done by a few at a time', async () => {
  await api.publish({
    schemaVersion: 1,
    nodes: [{ key: 'a', type: 'fanout', work: 'a', items: 'range(300)', input: '{{ item }}' }],
    edges: [],
    output: '{{ tasks.a.output }}',
  });
  let active = 0;
  let most = 0;
  work(
    {
      a: async (task) => {
        active += 1;
        most = Math.max(most, active);
        await new Promise(setImmediate);
        active -= 1;
        return task.input;
      },
    },
    { concurrency: 20 },
  );

  const id = await api.create();
  await ended(id);

  expect((await api.look(id)).output).toEqual(Array.from({ length: 300 }, (_, item) => item));
  expect(most).toBe(20);
});

test.each([
  ['a RetryableError', () => new RetryableError('busy', { code: 'E_BUSY' }), 2, 'error'],
  ['a NonRetryableError', () => new NonRetryableError('no such file'), 1, 'error'],
  ['any other error', () => new TypeError('x is undefined'), 2, 'exception'],
])('%s fails the attempt', async (_, make, attempts, code) => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 1, delaySeconds: 0 } } });
  work({
    a: () => {
      throw make();
    },
  });

  const id = await api.create();
  await ended(id);

  const tried = await api.attemptsOf(id, 'a');
  expect(tried).toHaveLength(attempts);
  expect(tried[0]).toMatchObject({ outcome: 'failed', code });
  expect(tried[0].error.message).toContain(make().message);
});

test('an output that is no JSON is a failure of its own task', async () => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 0 } } });
  work({ a: () => ({ size: 1n }) });

  const id = await api.create();
  await ended(id);

  expect((await api.look(id)).error.message).toMatch(/BigInt/);
});

test('a delay and a reject hand the task out again, and are no failures', async () => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 0 } } });
  const answers = [delay(60, 'not there yet'), reject('too busy'), 'done'];
  const begun = vi.fn();
  work({ a: ({ attempt }) => (begun(attempt), answers[attempt - 1]) });

  const id = await api.create();
  await expect.poll(() => begun.mock.calls.length).toBe(1);
  await expect.poll(async () => (await api.attemptsOf(id, 'a'))[0]?.outcome).toBe('delayed');
  await api.pass(61);
  await expect.poll(async () => (await api.pass(5), begun.mock.calls.length)).toBe(3);
  await ended(id);

  expect((await api.look(id)).status).toBe('succeeded');
  const outcomes = (await api.attemptsOf(id, 'a')).map((one: { outcome: string }) => one.outcome);
  expect(outcomes).toEqual(['succeeded', 'rejected', 'delayed']);
});

test('patches reach the context before the task ends', async () => {
  await api.publish({ ...ONE_TASK, output: '{{ context }}' });
  work({
    a: async (task) => {
      await task.patchContext({ codec: 'h264', note: 'x' });
      await task.patchContext({ note: null });
    },
  });

  const id = await api.create();
  await ended(id);

  expect((await api.look(id)).output).toEqual({ codec: 'h264' });
});

test('a work that reports its start is told of it', async () => {
  await api.publish(ONE_TASK, { a: { startReport: true } });
  let finish = () => {};
  work({ a: () => new Promise<void>((settle) => (finish = settle)) });

  const id = await api.create();
  await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');
  finish();
  await ended(id);
});

test('heartbeats come three times within the time that one is due', () => {
  expect(beatSeconds(1.5)).toBe(0.5);
  expect(beatSeconds(600)).toBe(10);
  expect(beatSeconds(null)).toBe(10);
});

test('heartbeats keep a task alive beyond its heartbeat timeout, and carry its progress', async () => {
  await api.publish(ONE_TASK, { a: { timeouts: { heartbeatSeconds: 0.6 } } });
  let finish = () => {};
  work({
    a: (task) => {
      task.progress(0.5);
      return new Promise<void>((settle) => (finish = settle));
    },
  });
  const id = await api.create();
  await expect.poll(async () => (await api.look(id)).tasks[0].progress).toBe(0.5);

  // Four times 0.6 s in all, each step half of it: only the heartbeats in between keep the task.
  for (let step = 0; step < 8; step += 1) {
    const before = await dueAt(id);
    await api.pass(0.3);
    await expect.poll(() => dueAt(id)).toBeGreaterThan(before);
  }
  finish();
  await ended(id);

  expect(await api.attemptsOf(id, 'a')).toMatchObject([{ outcome: 'succeeded', number: 1 }]);
});

/** When its heartbeat is overdue. */
async function dueAt(id: string): Promise<number> {
  const [row] = await api.db.sql<{ dueAt: Date }[]>`
    select due_at as "dueAt" from task where instance_id = ${id}
  `;
  return row?.dueAt.getTime() ?? 0;
}

test('a cancelled task aborts its signal, and its result is of no account', async () => {
  await api.publish(ONE_TASK, { a: { timeouts: { heartbeatSeconds: 0.3 } } });
  const reasons: unknown[] = [];
  work({
    a: (_, signal) =>
      new Promise((settle) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          settle('too late');
        });
      }),
  });
  const id = await api.create();
  await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

  await createClient(api).cancelInstance(id, 'not wanted');

  await expect.poll(() => reasons).toEqual([expect.any(TaskAborted)]);
  expect(reasons).toMatchObject([{ why: 'cancelled' }]);
  expect(await api.look(id)).toMatchObject({ status: 'cancelled', output: null });
});

test('a task that was lost to another worker aborts too', async () => {
  await api.publish(ONE_TASK, {
    a: {
      timeouts: { runSeconds: 60, heartbeatSeconds: 0.3 },
      retry: { limit: 1, delaySeconds: 0 },
    },
  });
  const whys: string[] = [];
  work({
    a: (task, signal) =>
      task.attempt > 1
        ? 'second'
        : new Promise((settle) => {
            signal.addEventListener('abort', () => {
              whys.push((signal.reason as TaskAborted).why);
              settle('first');
            });
          }),
  });
  const id = await api.create();
  await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

  await api.pass(61);

  await expect.poll(() => whys).toEqual(['lost']);
  await ended(id);
  expect((await api.attemptsOf(id, 'a'))[0]).toMatchObject({ number: 2, output: 'second' });
});

test('stopping claims nothing more and finishes what is under way', async () => {
  await api.publish(ONE_TASK);
  let finish = () => {};
  const begun = vi.fn();
  const worker = work(
    {
      a: () => {
        begun();
        return new Promise<void>((settle) => (finish = settle));
      },
    },
    { concurrency: 1 },
  );
  const [first, second] = [await api.create(), await api.create()];
  await expect.poll(() => begun.mock.calls.length).toBe(1);

  const stopped = worker.stop();
  finish();
  await stopped;

  const statuses = [(await api.look(first)).status, (await api.look(second)).tasks[0].status];
  expect(statuses).toEqual(['succeeded', 'ready']);
  expect(worker.running).toBe(0);
});

test('what does not end within the grace is given back at once, as no failure', async () => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 0 } } });
  const whys: string[] = [];
  const stubborn = work({
    a: (_, signal) => {
      signal.addEventListener('abort', () => whys.push((signal.reason as TaskAborted).why));
      return new Promise(() => {});
    },
  });
  const id = await api.create();
  await expect.poll(() => stubborn.running).toBe(1);

  await stubborn.stop({ graceSeconds: 0 });
  expect(whys).toEqual(['stopping']);
  work({ a: () => 'by another' });
  await expect.poll(async () => (await api.pass(5), (await api.look(id)).status)).toBe('succeeded');

  expect(await api.attemptsOf(id, 'a')).toMatchObject([
    { outcome: 'succeeded', output: 'by another' },
    { outcome: 'rejected' },
  ]);
});

test('a stop in the midst of claims loses nothing', async () => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 0 } } });
  const client = createClient(api);
  const count = 60;
  const objects = Array.from({ length: count }, (_, index) => ({ objectId: `o${index}` }));

  // Each is stopped as soon as it has begun one: its next claim is under way then.
  const created = client.createInstances('test', objects);
  for (let round = 0; round < 5; round += 1) {
    const worker = work({ a: () => void worker.stop() }, { concurrency: 3 });
    await worker.run();
  }
  await created;
  const last = work({ a: () => 'done' }, { concurrency: 10 });
  await expect
    .poll(async () => (await api.pass(5), (await api.get('/instances/counts')).body.counts))
    .toMatchObject({ succeeded: count });
  await last.stop();

  const [row] = await api.db
    .sql`select count(*)::int as failed from attempt where outcome = 'failed'`;
  expect(row).toEqual({ failed: 0 });
});

test('reports are repeated until they are answered', async () => {
  await api.publish(ONE_TASK);
  const { url, apiKey } = api;
  const seen: string[] = [];
  // In between: takes the connection away from each first report, without and with passing it on.
  const between = createServer((request, response) => {
    seen.push(request.url ?? '');
    const faults = seen.filter((path) => path.endsWith('/reports')).length;
    void forward(request, url).then(({ status, text }) => {
      if (request.url?.endsWith('/reports') && faults <= 2) response.destroy();
      else response.writeHead(status).end(text);
    });
  });
  const worker = createWorker({
    url: await listen(between),
    apiKey,
    works: { a: () => 'once' },
    waitSeconds: 0.2,
  });
  workers.push(worker);
  void worker.run();

  const id = await api.create();
  await ended(id);
  await worker.stop();

  expect(seen.filter((path) => path.endsWith('/reports')).length).toBeGreaterThanOrEqual(2);
  expect(await api.attemptsOf(id, 'a')).toMatchObject([{ outcome: 'succeeded', output: 'once' }]);
});

async function forward(request: IncomingMessage, to: string) {
  const response = await fetch(`${to}${request.url}`, {
    method: 'POST',
    headers: {
      authorization: request.headers.authorization ?? '',
      'content-type': 'application/json',
    },
    body: Buffer.concat((await request.toArray()) as Buffer[]),
  });
  return { status: response.status, text: await response.text() };
}

test('an output that the server will not have fails the task', async () => {
  await api.publish(ONE_TASK, { a: { retry: { limit: 3 } } });
  work({ a: () => 'x'.repeat(17_000_000) });

  const id = await api.create();
  await ended(id);

  expect((await api.look(id)).error.message).toMatch(/refused the finish/);
  expect(await api.attemptsOf(id, 'a')).toHaveLength(1);
});

test('a wrong key ends the worker with what the server said', async () => {
  const worker = createWorker({ url: api.url, apiKey: 'lwk_wrong', works: { a: () => null } });
  onTestFinished(() => worker.stop());

  await expect(worker.run()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
});

test('the task of a worker that was killed is found out by its heartbeats, and tried again', async () => {
  await api.publish(ONE_TASK, {
    a: { timeouts: { heartbeatSeconds: 2 }, retry: { limit: 1, delaySeconds: 0 } },
  });
  const program = new URL('killed_worker.fixture.ts', import.meta.url).pathname;
  const { url, apiKey } = api;
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, LATCHWORK_URL: url, LATCHWORK_API_KEY: apiKey },
    stdio: 'inherit',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const id = await api.create();
  await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

  child.kill('SIGKILL');
  await once(child, 'exit');
  work({ a: () => 'by another' });
  await api.pass(3);
  await ended(id);

  expect(await api.attemptsOf(id, 'a')).toMatchObject([
    { number: 2, outcome: 'succeeded', output: 'by another' },
    { number: 1, outcome: 'failed', code: 'heartbeat_timeout' },
  ]);
});
