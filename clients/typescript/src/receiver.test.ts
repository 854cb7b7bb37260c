/** The receiver on a socket, pushed to as Latchwork does; the signatures are made by the library of the standard. */
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen, servedApi } from '../../../test/served.ts';
import { NonRetryableError, RetryableError, type TaskAborted } from './errors.ts';
import { createReceiver, type ReceiverOptions } from './receiver.ts';
import { delay, reject, type Works } from './task.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const newId = (): string => randomUUID();

type Reported = { readonly type: string; readonly [fact: string]: unknown };

/** What Latchwork would push, and where it would hear of it. */
async function setUp(works: Works, options: Partial<ReceiverOptions> = {}) {
  const reports: Reported[] = [];
  /** Statuses of the next answers to reports of a type; else 200. */
  const answers: { readonly type: string; readonly status: number }[] = [];
  const latchwork = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const report = JSON.parse(Buffer.concat(chunks).toString()) as Reported;
      reports.push(report);
      const place = answers.findIndex(({ type }) => type === report.type);
      const status = place < 0 ? 200 : (answers.splice(place, 1)[0]?.status ?? 200);
      const stale = JSON.stringify({ code: 'stale_attempt', detail: 'over', cancelled: true });
      response.writeHead(status).end(status === 409 ? stale : '{"ok":true}');
    });
  });
  const reportUrl = `${await listen(latchwork)}/api/v1/reports/token`;
  const receiver = createReceiver({ secrets: [SECRET], works, ...options });
  onTestFinished(() => receiver.close({ graceSeconds: 0 }));
  const url = await listen(createServer((request, response) => void receiver(request, response)));

  async function push({
    data = {},
    secret = SECRET,
    id = newId(),
    type = 'task.push',
    at = new Date(),
  } = {}) {
    const task = {
      id: 'i_a',
      instanceId: 'i',
      objectId: 'o',
      work: 'a',
      attempt: 1,
      input: { n: 1 },
      deadlines: { startBy: null, runBy: null, heartbeatSeconds: 0.3 },
      reportUrl,
      ...data,
    };
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data: task });
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
      body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  }

  return { url, push, reports, answers, receiver };
}

describe('the signature', () => {
  test('is asked for', async () => {
    const { url, push } = await setUp({ a: () => 1 });

    expect((await push()).status).toBe(200);
    expect((await push({ secret: OTHER })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  });

  test('may be of either secret during a rotation', async () => {
    const { push } = await setUp({ a: () => 1 }, { secrets: [SECRET, OTHER] });

    expect((await push()).status).toBe(200);
    expect((await push({ secret: OTHER })).status).toBe(200);
  });

  test.each([-400, 400])('is not good %i seconds from its time', async (seconds) => {
    const { push } = await setUp({ a: () => 1 });

    expect((await push({ at: new Date(Date.now() + seconds * 1000) })).status).toBe(401);
  });
});

test.each([
  ['an output', () => ({ n: 2 }), 200, { status: 'succeeded', output: { n: 2 } }],
  ['nothing', () => undefined, 200, { status: 'succeeded' }],
  [
    'a final failure',
    () => {
      throw new NonRetryableError('no such file', { code: 'ENOENT' });
    },
    200,
    { status: 'failed', message: 'no such file', retryable: false, code: 'ENOENT' },
  ],
  ['a reject', () => reject('too busy'), 409, { detail: 'too busy' }],
])('%s in time is answered at once', async (_, a, status, body) => {
  const { push, reports } = await setUp({ a });

  expect(await push()).toMatchObject({ status, body });
  expect(reports).toEqual([]);
});

test.each([
  ['a delay', () => delay(60, 'later'), { type: 'delay', seconds: 60, reason: 'later' }],
  [
    'an exception',
    () => {
      throw new TypeError('x');
    },
    { type: 'raise', message: 'TypeError: x', stack: expect.stringContaining('receiver.test') },
  ],
  [
    'a failure with a time to try again',
    () => {
      throw new RetryableError('busy', { retryAfterSeconds: 9 });
    },
    { type: 'fail', message: 'busy', retryable: true, retryAfterSeconds: 9 },
  ],
])('%s is accepted and reported', async (_, a, report) => {
  const { push, reports } = await setUp({ a });

  expect((await push()).status).toBe(202);
  await expect.poll(() => reports).toEqual([report]);
});

test('what takes longer is accepted, kept alive by heartbeats, and reported on', async () => {
  let finish: (output: string) => void = () => {};
  const a = () => new Promise((settle) => (finish = settle));
  const { push, reports, answers } = await setUp({ a }, { answerWithinSeconds: 0.05 });

  expect((await push()).status).toBe(202);
  await expect.poll(() => reports).toContainEqual({ type: 'heartbeat' });
  answers.push({ type: 'finish', status: 503 });
  finish('done');

  const done = { type: 'finish', output: 'done' };
  await expect.poll(() => reports.filter(({ type }) => type === 'finish')).toEqual([done, done]);
});

test('a cancelled task aborts, by its notice or by the answer to a heartbeat', async () => {
  const whys: string[] = [];
  const a = (_: unknown, signal: AbortSignal) =>
    new Promise(() => {
      signal.addEventListener('abort', () => whys.push((signal.reason as TaskAborted).why));
    });
  const { push, answers } = await setUp({ a }, { answerWithinSeconds: 0 });

  await push();
  expect((await push({ type: 'task.cancelled' })).status).toBe(204);
  expect(whys).toEqual(['cancelled']);

  answers.push({ type: 'heartbeat', status: 409 });
  await push({ data: { attempt: 2 } });
  await expect.poll(() => whys).toEqual(['cancelled', 'cancelled']);
});

test('a push that comes again is answered as before, and not done again', async () => {
  const a = vi.fn(() => 'once');
  const { push } = await setUp({ a });

  const id = 'msg_1';
  const [one, other] = [await push({ id }), await push({ id })];

  expect(other.body).toEqual(one.body);
  expect(a).toHaveBeenCalledTimes(1);
});

test('what is too much is put off, and what is not known refused', async () => {
  const never = () => new Promise(() => {});
  const { push } = await setUp({ a: never }, { answerWithinSeconds: 0, concurrency: 1 });

  expect((await push({ data: { work: 'b' } })).status).toBe(404);
  expect((await push()).status).toBe(202);
  const busy = await push();
  expect(busy.status).toBe(429);
  expect(busy.headers.get('retry-after')).toBe('1');
});

test('closing gives back what does not end', async () => {
  const never = () => new Promise(() => {});
  const { push, reports, receiver } = await setUp({ a: never }, { answerWithinSeconds: 0 });
  await push();

  await receiver.close({ graceSeconds: 0 });

  expect(reports.at(-1)).toMatchObject({ type: 'reject' });
  expect((await push()).status).toBe(503);
});

describe('with a real installation', () => {
  let api: Awaited<ReturnType<typeof servedApi>>;
  beforeAll(async () => {
    api = await servedApi();
    await api.startWorkerProcess();
  });
  afterAll(() => api.close());

  test('pushed tasks are done at once, later, and after a delay', async () => {
    const works: Works = {
      fast: () => 'fast',
      slow: () => new Promise((settle) => void setTimeout(settle, 300, 'slow')),
      later: ({ attempt }) => (attempt === 1 ? delay(0) : 'later'),
    };
    const receiver = createReceiver({ secrets: [SECRET], works, answerWithinSeconds: 0.1 });
    const url = await listen(createServer((request, response) => void receiver(request, response)));
    const pushed = { delivery: 'push', url, secret: SECRET };
    await api.publish(
      {
        schemaVersion: 1,
        nodes: Object.keys(works).map((key) => ({ key, type: 'task', work: key })),
        edges: [
          { from: 'fast', to: 'slow' },
          { from: 'slow', to: 'later' },
        ],
        output: ['{{ tasks.fast.output }}', '{{ tasks.slow.output }}', '{{ tasks.later.output }}'],
      },
      { fast: pushed, slow: pushed, later: pushed },
    );

    const id = await api.create();

    await expect.poll(async () => (await api.look(id)).status).toBe('succeeded');
    expect((await api.look(id)).output).toEqual(['fast', 'slow', 'later']);
    await receiver.close();
  });

  test('a pushed task that is cancelled is told so, not only when it asks', async () => {
    const whys: string[] = [];
    const endless = (_: unknown, signal: AbortSignal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => whys.push((signal.reason as TaskAborted).why));
      });
    const receiver = createReceiver({
      secrets: [SECRET],
      works: { endless },
      answerWithinSeconds: 0,
    });
    const url = await listen(createServer((request, response) => void receiver(request, response)));
    await api.put('/works/endless', { delivery: 'push', url, secret: SECRET });
    const nodes = [{ key: 'a', type: 'task', work: 'endless' }];
    const definition = { schemaVersion: 1, nodes, edges: [] };
    await api.post('/workflows', { key: 'endless', definition });
    await api.post('/workflows/endless/publish');
    const made = await api.post('/workflows/endless/instances', { objectId: 'o' });
    const { id } = made.body as { id: string };
    await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

    // The answer to its next heartbeat would say so too, if it got one.
    api.hangUp();

    await api.post(`/instances/${id}/cancel`, {});

    await expect.poll(() => whys).toEqual(['cancelled']);
    await receiver.close({ graceSeconds: 0 });
  });
});
