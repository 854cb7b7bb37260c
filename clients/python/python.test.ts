/** The Python client: its own tests, and its worker and receiver as processes beside the real API. Skipped, and said so, without Python 3.9. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/ports.ts';
import { findPython } from '../../test/python.ts';
import { servedApi } from '../../test/served.ts';

const found = findPython('the tests of the Python client are');
const python = found ?? '';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

function start(program: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(python, ['-B', '-m', `tests.${program}`], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));

  return { child, lines };
}

async function gone(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}

describe.skipIf(found === null)('the Python client', () => {
  let api: Awaited<ReturnType<typeof servedApi>>;

  test('passes its own tests', () => {
    const discover = ['-B', '-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'];
    const { status, stderr } = spawnSync(python, discover, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });

    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  describe('as a worker', () => {
    beforeEach(async () => {
      api = await servedApi();
      return () => api.close();
    });

    const oneTask = (work: string, settings: object = {}, node: object = {}) =>
      api.publish(
        {
          schemaVersion: 1,
          nodes: [{ key: 'a', type: 'task', work, ...node }],
          edges: [],
          output: ['{{ tasks.a.output }}', '{{ context }}'],
        },
        { [work]: settings },
      );
    const startWorker = () =>
      start('worker_program', { LATCHWORK_URL: api.url, LATCHWORK_API_KEY: api.apiKey });
    const ended = (id: string) =>
      expect
        .poll(async () => (await api.pass(0), (await api.look(id)).status))
        .toMatch(/^(succeeded|failed|cancelled)$/);
    const running = (id: string) =>
      expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

    test('gives what a function returns as the output', async () => {
      await oneTask('double', {}, { input: { n: '{{ input.n }}' } });
      startWorker();
      const ids = await Promise.all([1, 2, 3].map((n) => api.create({ input: { n } })));
      await Promise.all(ids.map(ended));

      const outputs = await Promise.all(ids.map(async (id) => (await api.look(id)).output[0]));
      expect(outputs).toEqual([2, 4, 6]);
    });

    test('lets a function finish by itself, and patch the context', async () => {
      await oneTask('explicit');
      startWorker();
      const id = await api.create();
      await ended(id);

      expect((await api.look(id)).output).toEqual([
        { explicit: true },
        { seen: 'object', finished: true },
      ]);
    });

    test.each([
      ['final', 1, 'error', 'no such file'],
      ['again', 2, 'error', 'busy'],
      ['bug', 2, 'exception', "KeyError: 'width'"],
      ['raised', 2, 'exception', 'ValueError: by hand'],
      ['output', 2, 'exception', 'TypeError: Object of type set is not JSON serializable'],
    ])('reports the failure "%s"', async (kind, attempts, code, message) => {
      await oneTask('bad', { retry: { limit: 1, delaySeconds: 0 } }, { input: '{{ input }}' });
      startWorker();
      const id = await api.create({ input: kind });
      await ended(id);

      const tried = await api.attemptsOf(id, 'a');
      expect(tried).toHaveLength(attempts);
      expect(tried[0]).toMatchObject({ code, error: { message } });
    });

    test('puts off and gives back without failing', async () => {
      await oneTask('later', { retry: { limit: 0 } });
      startWorker();
      const id = await api.create();
      await expect.poll(async () => (await api.attemptsOf(id, 'a'))[0]?.outcome).toBe('delayed');
      await api.pass(61);
      await expect
        .poll(async () => (await api.pass(5), (await api.look(id)).status))
        .toBe('succeeded');

      expect(
        (await api.attemptsOf(id, 'a')).map((one: { outcome: string }) => one.outcome),
      ).toEqual(['succeeded', 'rejected', 'delayed']);
    });

    test('keeps a task alive by heartbeats, and hears that it was cancelled', async () => {
      await oneTask('long', { timeouts: { heartbeatSeconds: 0.6 } });
      const { lines } = startWorker();
      const id = await api.create();
      await expect.poll(async () => (await api.look(id)).tasks[0].progress).toBe(0.5);
      const dueAt = async () => {
        const [row] = await api.db.sql<{ dueAt: Date }[]>`
          select due_at as "dueAt" from task where instance_id = ${id}
        `;
        return row?.dueAt.getTime() ?? 0;
      };
      for (let step = 0; step < 6; step += 1) {
        const before = await dueAt();
        await api.pass(0.3);
        await expect.poll(dueAt).toBeGreaterThan(before);
      }

      await api.post(`/instances/${id}/cancel`, {});

      await expect.poll(() => lines).toContain('cancelled');
    });

    test('that was killed is found out, and its task tried again', async () => {
      await oneTask('long', {
        timeouts: { heartbeatSeconds: 2 },
        retry: { limit: 1, delaySeconds: 0 },
      });
      const { child } = startWorker();
      const id = await api.create();
      await running(id);

      await gone(child, 'SIGKILL');
      startWorker();
      await api.pass(3);
      await ended(id);

      expect(await api.attemptsOf(id, 'a')).toMatchObject([
        { outcome: 'succeeded', output: 'by another' },
        { outcome: 'failed', code: 'heartbeat_timeout' },
      ]);
    });

    test('ends well on SIGTERM, and gives back what does not end in time', async () => {
      await oneTask('stubborn', { retry: { limit: 0 } });
      const { child, lines } = startWorker();
      const id = await api.create();
      await running(id);

      expect(await gone(child, 'SIGTERM')).toBe(0);
      await expect.poll(() => lines).toContain('stopped');
      startWorker();
      await expect
        .poll(async () => (await api.pass(5), (await api.look(id)).status))
        .toBe('succeeded');

      expect(await api.attemptsOf(id, 'a')).toMatchObject([
        { outcome: 'succeeded', output: 'by another' },
        { outcome: 'rejected' },
      ]);
    });

    test('is called by its client, which starts, follows and signals instances', async () => {
      await oneTask('double', {}, { input: { n: '{{ input.n }}' } });
      startWorker();
      const program = [
        'from latchwork import Client, LatchworkError',
        'client = Client()',
        'made = client.create_instance("test", "photo", {"n": 21}, priority=3)',
        'print(client.wait_for_instance(made["id"], every_seconds=0.05)["output"][0])',
        'try: client.send_signal(made["id"], "go", {"ok": True})',
        'except LatchworkError as error: print(error.code)',
      ].join('\n');
      const child = spawn(python, ['-B', '-c', program], {
        cwd: import.meta.dirname,
        env: { ...process.env, LATCHWORK_URL: api.url, LATCHWORK_API_KEY: api.apiKey },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const printed = (await child.stdout.toArray()).join('');

      expect(printed).toBe('42\nnot_found\n');
    });
  });

  describe('as a receiver', () => {
    beforeAll(async () => {
      api = await servedApi();
      await api.startWorkerProcess();
    });
    afterAll(() => api.close());

    async function startReceiver(secrets = SECRET) {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/`;
      const started = start('receiver_program', { SECRET: secrets, PORT: String(port) });
      const there = () => fetch(url, { method: 'POST' }).then(({ status }) => status, String);
      await expect.poll(there).toBe(401);

      return { ...started, url };
    }

    /** One task of a work that is pushed there; answers the instance. */
    async function pushOne(work: string, url: string): Promise<string> {
      const key = `${work}-${new URL(url).port}`;
      const nodes = [{ key: 'a', type: 'task', work }];
      const settings = { delivery: 'push', url, secret: SECRET, retry: { limit: 0 } };
      await api.put(`/works/${work}`, settings);
      await api.post('/workflows', { key, definition: { schemaVersion: 1, nodes, edges: [] } });
      await api.post(`/workflows/${key}/publish`);
      const made = await api.post(`/workflows/${key}/instances`, { objectId: 'o' });
      return made.body.id as string;
    }

    test('takes pushes of a real installation: at once, later, after a delay', async () => {
      const pushed = {
        delivery: 'push',
        url: (await startReceiver()).url,
        secret: SECRET,
      };
      const keys = ['fast', 'slow', 'later'];
      await api.publish(
        {
          schemaVersion: 1,
          nodes: keys.map((key) => ({ key, type: 'task', work: key })),
          edges: [
            { from: 'fast', to: 'slow' },
            { from: 'slow', to: 'later' },
          ],
          output: keys.map((key) => `{{ tasks.${key}.output }}`),
        },
        Object.fromEntries(keys.map((key) => [key, pushed])),
      );

      const id = await api.create();

      await expect.poll(async () => (await api.look(id)).status).toBe('succeeded');
      expect((await api.look(id)).output).toEqual(keys);
    });

    test('hears by the notice of a real installation that its task was cancelled', async () => {
      const { lines, url } = await startReceiver();
      const id = await pushOne('long', url);
      await expect.poll(() => lines).toContain('begun');
      // Accepted: from then on there is somebody to be told.
      await expect.poll(async () => (await api.look(id)).tasks[0].status).toBe('running');

      // The answer to its next heartbeat would say so too, if it got one.
      api.hangUp();

      await api.post(`/instances/${id}/cancel`, {});

      await expect.poll(() => lines).toContain('cancelled');
    });

    test('ends well on SIGTERM: what is under way may end, and is heard of', async () => {
      const { child, lines, url } = await startReceiver();
      const id = await pushOne('last', url);
      await expect.poll(() => lines).toContain('begun');

      expect(await gone(child, 'SIGTERM')).toBe(0);
      await expect.poll(() => lines).toContain('stopped');
      await expect
        .poll(() => api.attemptsOf(id, 'a'))
        .toMatchObject([{ outcome: 'succeeded', output: 'in time' }]);
    });

    test('gives back on SIGTERM what does not end in time', async () => {
      const { child, lines, url } = await startReceiver();
      const id = await pushOne('long', url);
      await expect.poll(() => lines).toContain('begun');

      expect(await gone(child, 'SIGTERM')).toBe(0);
      await expect.poll(() => lines).toContain('lost');
      await expect
        .poll(async () => (await api.attemptsOf(id, 'a')).at(-1))
        .toMatchObject({ outcome: 'rejected' });
    });

    test('checks signatures, of both secrets during a rotation', async () => {
      const { url } = await startReceiver(`${OTHER} ${SECRET}`);
      const push = (secret: string, at = new Date()) => {
        const body = '{"type": "task.other", "data": {}}';
        return fetch(url, {
          method: 'POST',
          headers: {
            'webhook-id': 'msg_1',
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
          },
          body,
        }).then(({ status }) => status);
      };

      expect(await push(SECRET)).toBe(204);
      expect(await push(OTHER)).toBe(204);
      expect(await push(`whsec_${Buffer.alloc(32, 2).toString('base64')}`)).toBe(401);
      expect(await push(SECRET, new Date(Date.now() - 400_000))).toBe(401);
    });
  });
});
