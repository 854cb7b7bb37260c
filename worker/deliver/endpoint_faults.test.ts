/**
 * Everything that an endpoint may do wrong, all at once beside a healthy one: what becomes of each task, and that the healthy endpoint is
 * not delayed by any of them.
 */
import { Logger, runOnce } from 'graphile-worker';
import { expect, onTestFinished, test } from 'vitest';
import type { Jobs } from '#db/jobs.ts';
import { createOutbound } from '#delivery/http.ts';
import { closedPort, receive, receiveRaw } from '#delivery/receiver.fixture.ts';
import { verifySignature } from '#delivery/signature.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { sweep } from '#operations/sweeps/sweep.ts';
import { setup, type World } from '../../test/setup.ts';
import { tellCancelled } from '../executors/tell_cancelled.ts';
import { startDelivering, type Delivering } from './delivering.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TRIAL = { allowPrivate: false, allowLoopback: true, allowHosts: ['rebind.example'] };
const publicUrl = 'https://latchwork.example';
const INSTANCES = 20;

/** Those that do answer have it, however busy this machine is. */
const REQUEST_SECONDS = 300;
/** Those that never do are given up soon. */
const SHORT_SECONDS = 1;

type Fault = {
  readonly url: string | (() => Promise<string>);
  /** What the first delivery leads to: the same attempt later, the end of it, or nothing yet. */
  readonly ends: 'delivered again' | 'accepted' | 'failed' | 'dispatched';
  readonly requestSeconds?: number;
};

const answering =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  async () => {
    const server = await receive((_, response) => response.writeHead(status, headers).end(body));
    return server.url;
  };

const MEGABYTE = Buffer.alloc(1_048_576, 'x');

const FAULTS: Readonly<Record<string, Fault>> = {
  refused: { url: async () => `http://127.0.0.1:${await closedPort()}`, ends: 'delivered again' },
  reset: {
    url: () => receiveRaw((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ends: 'delivered again',
  },
  hang: {
    url: () => receiveRaw(() => undefined),
    ends: 'delivered again',
    requestSeconds: SHORT_SECONDS,
  },
  // Nobody waits for the end of it.
  stuck: { url: () => receiveRaw(() => undefined), ends: 'dispatched' },
  error: { url: answering(500), ends: 'delivered again' },
  busy: { url: answering(429, { 'retry-after': '60' }), ends: 'delivered again' },
  garbage: {
    url: () => receiveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n'))),
    ends: 'delivered again',
  },
  // A 2xx that is no result is an acceptance: the report may come by another way, or the run timeout does.
  nonsense: { url: answering(200, {}, '{"status": "succ'), ends: 'accepted' },
  huge: {
    url: async () => {
      const server = await receive((_, response) => {
        response.writeHead(200, { 'content-length': 1_000_000_000 }).write('x');
      });
      return server.url;
    },
    ends: 'failed',
  },
  // Says not how much there is to come, and does not end.
  flood: {
    url: () =>
      receiveRaw((socket) =>
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          const pour = (): void => {
            while (!socket.destroyed && socket.write(MEGABYTE));
          };
          socket.on('drain', pour);
          pour();
        }),
      ),
    ends: 'failed',
  },
  // Never silent for long, and never done.
  drip: {
    url: () =>
      receiveRaw((socket) =>
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
          // It is the endpoint that takes its time, not the test.
          // oxlint-disable-next-line no-restricted-globals
          const drops = setInterval(() => socket.write('x'), 50);
          socket.once('close', () => clearInterval(drops));
        }),
      ),
    ends: 'delivered again',
    requestSeconds: SHORT_SECONDS,
  },
  slow: {
    url: () =>
      receiveRaw((socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx')),
      ),
    ends: 'delivered again',
    requestSeconds: SHORT_SECONDS,
  },
  redirect: {
    url: answering(302, { location: 'http://169.254.169.254/latest/meta-data/' }),
    ends: 'failed',
  },
  metadata: { url: 'http://169.254.169.254/latest/meta-data/', ends: 'failed' },
  // Allowed when it was saved; by now its name leads to the metadata service.
  rebind: { url: 'http://rebind.example/', ends: 'failed' },
};

test('no fault of an endpoint delays another, and each ends as it should', async () => {
  const healthy = await receive((_, response) => response.end('{"status":"succeeded"}'));
  const world = await setup({
    dag: ['healthy', ...Object.keys(FAULTS)].join(', '),
    work: { delivery: 'push', url: healthy.url, secrets: [SECRET] },
  });
  for (const [key, { url, requestSeconds = REQUEST_SECONDS }] of Object.entries(FAULTS)) {
    const at = typeof url === 'string' ? url : await url();
    await world.db.sql`
      update work set url = ${at}, request_seconds = ${requestSeconds} where key = ${key}
    `;
  }
  const delivering = await deliveringOf(world);
  const ids = await Promise.all(Array.from({ length: INSTANCES }, () => world.create()));

  const [first = ''] = ids;
  await runJobs(world, delivering);
  await expect.poll(() => healthy.received.length).toBe(INSTANCES);
  for (const [key, { ends }] of Object.entries(FAULTS)) {
    await expect.poll(() => whatBecameOf(world, first, key), { message: key }).toBe(ends);
  }
});

async function whatBecameOf(world: World, id: string, key: string): Promise<string> {
  const [live] = await world.db.sql<{ status: string; deliveries: number; attempt: number }[]>`
    select status, deliveries, attempt from task where instance_id = ${id} and work = ${key}
  `;
  const { nodes } = await world.look(id);

  if (live === undefined) {
    return nodes[key] ?? 'unknown';
  }
  return live.status === 'running'
    ? 'accepted'
    : live.deliveries > 0 && live.attempt === 1
      ? 'delivered again'
      : live.status;
}

test('an endpoint is told of a task that is not its own any more', async () => {
  const server = await receive((_, response) => response.writeHead(202).end());
  const world = await setup({
    dag: 'a, b',
    nodes: { b: { timeouts: { runSeconds: 60 } } },
    work: { delivery: 'push', url: server.url, secrets: [SECRET] },
  });
  const delivering = await deliveringOf(world);
  const id = await world.create();
  await runJobs(world, delivering);
  const running = async () => {
    const rows = await world.db.sql`select from task where status = 'running'`;
    return rows.length;
  };
  await expect.poll(running).toBe(2);

  world.advanceClock(61);
  await sweep(world.ctx, { renew: false });
  await cancelInstances(world.ctx, { ids: [id] });
  await runJobs(world, delivering);

  const told = server.received
    .map(({ headers, body }) => ({
      headers,
      body,
      message: JSON.parse(body) as { type: string; data: Record<string, unknown> },
    }))
    .filter(({ message }) => message.type === 'task.cancelled');
  expect(
    told
      .map(({ message }) => `${String(message.data['task'])} ${String(message.data['reason'])}`)
      .toSorted(),
  ).toEqual(['a cancelled', 'b run_timeout']);
  const [one] = told;
  expect(one?.message.data).toMatchObject({
    instanceId: id,
    attempt: 1,
    work: one?.message.data.task,
  });
  const fault = verifySignature(
    [SECRET],
    one?.headers ?? {},
    Buffer.from(one?.body ?? ''),
    world.ctx.clock(),
  );
  expect(fault).toBeNull();
});

async function deliveringOf({ ctx: { db, clock, log } }: World): Promise<Delivering> {
  const outbound = createOutbound({
    policy: TRIAL,
    resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]),
  });
  const delivering = await startDelivering({ db, outbound, clock, log, publicUrl });
  onTestFinished(() => delivering.stop(0));

  return delivering;
}

/** Runs the wake-ups that are pending, as the worker process would. */
async function runJobs({ url, ctx }: World, delivering: Delivering): Promise<void> {
  const outbound = createOutbound({ policy: TRIAL });

  await runOnce({
    connectionString: url,
    logger: new Logger(() => () => undefined),
    taskList: {
      deliver: (payload) => delivering.wake(payload as { projectId: number; work: string }),
      stop: async (payload) => void (await tellCancelled(ctx, outbound, payload as Jobs['stop'])),
    },
  });
}
