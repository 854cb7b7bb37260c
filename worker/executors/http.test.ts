/** `http` nodes end to end: real rows, a real service, the executors between them. Only time is the test's. */
import { describe, expect, test } from 'vitest';
import { Pump } from '#delivery/pump.ts';
import { receive, type Received } from '#delivery/receiver.fixture.ts';
import type { Definition } from '#engine/definition.ts';
import type { Json } from '#engine/json.ts';
import { saveDraft } from '#operations/drafts/save.ts';
import { cancelInstances } from '#operations/instances/cancel.ts';
import { changeVersion } from '#operations/instances/change_version.ts';
import { claimPolls } from '#operations/http/polls.ts';
import { reportTasks } from '#operations/tasks/report.ts';
import { publishWorkflow } from '#operations/workflows/publish.ts';
import { attemptsOf, closedPort, eventsOf, taskOf, work, workerOf } from './executors.fixture.ts';
import { submitPort } from './http_submit.ts';

const http = (node: Record<string, unknown>) => ({ type: 'http', ...node });
const bodyOf = ({ body }: Received) => JSON.parse(body);
const keysOf = (received: readonly Received[]) =>
  received.map(({ headers }) => headers['idempotency-key']);

/** A service that takes jobs at /jobs and tells of them at /jobs/{id}; each status answer is the next of `states`. */
async function service(states: readonly Json[], more: Record<string, () => [number, string]> = {}) {
  let asked = 0;
  const server = await receive(({ method, path }, response) => {
    const other = more[`${method} ${path}`];
    if (other) {
      const [status, body] = other();
      response.writeHead(status).end(body);
    } else if (method === 'POST' && path === '/jobs') {
      response.writeHead(201, { location: '/jobs/7' }).end('{"id": 7}');
    } else if (method === 'GET' && path === '/jobs/7') {
      const state = states[Math.min(asked, states.length - 1)];
      asked += 1;
      response.end(typeof state === 'string' ? state : JSON.stringify(state));
    } else {
      response.writeHead(200).end('{"stopped": true}');
    }
  });

  return {
    ...server,
    asked: () => asked,
    sent: (what: string) =>
      server.received.filter(({ method, path }) => `${method} ${path}` === what),
  };
}

function driving(url: string, more: Record<string, unknown> = {}) {
  return http({
    submit: { url: `${url}/jobs`, body: { object: '{{ object.id }}' } },
    status: {
      url: `${url}/jobs/{{ submit.body.id }}`,
      everySeconds: 5,
      succeededWhen: 'response.body.state == "done"',
      failedWhen: 'response.body.state == "broken"',
    },
    ...more,
  });
}

describe('a request whose answer is the result', () => {
  test('is rendered with all that the instance knows when it is made, and its answer is the output', async () => {
    const server = await receive((_, response) => response.end('{"price": 3}'));
    const world = await work({
      dag: 'first -> a',
      nodes: {
        first: { type: 'script', script: 'return { sku: "x-1" }' },
        a: http({
          submit: {
            method: 'PUT',
            url: `${server.url}/{{ object.id }}?n={{ input.n }}`,
            headers: { 'X-Attempt': '{{ attempt }}', authorization: 'Bearer {{ env.token }}' },
            body: { sku: '{{ tasks.first.output.sku }}', workflow: '{{ instance.workflow }}' },
          },
        }),
      },
      definition: { env: { token: 's3cret' }, output: '{{ tasks.a.output }}' },
    });

    const id = await world.create({ objectId: 'o-1', input: { n: 2 } });
    expect(await world.until(id, 'succeeded')).toMatchObject({ output: { price: 3 } });

    const [request] = server.received as [Received];
    expect(request).toMatchObject({
      method: 'PUT',
      path: '/o-1?n=2',
      headers: {
        'x-attempt': '1',
        authorization: 'Bearer s3cret',
        'content-type': 'application/json',
        'idempotency-key': `${id}_a_1`,
      },
    });
    expect(bodyOf(request)).toEqual({ sku: 'x-1', workflow: 'test' });
    expect(await attemptsOf(world, id)).toContainEqual(
      expect.objectContaining({
        outcome: 'succeeded',
        input: {
          method: 'PUT',
          url: `${server.url}/o-1?n=2`,
          headers: { 'X-Attempt': '1', authorization: '(hidden)' },
          body: { sku: 'x-1', workflow: 'test' },
        },
        output: { price: 3 },
        remote: null,
      }),
    );
  });

  test('may make its output of the answer', async () => {
    const server = await receive((_, response) => {
      response.writeHead(202, { 'x-place': 'over there' }).end('plain text');
    });
    const world = await work({
      dag: 'a',
      nodes: {
        a: http({
          submit: { url: server.url, body: 'as it is' },
          output: [
            '{{ response.status }}',
            '{{ response.headers["x-place"] }}',
            '{{ submit.body }}',
          ],
        }),
      },
      definition: { output: '{{ tasks.a.output }}' },
    });

    const id = await world.create();

    expect(await world.until(id, 'succeeded')).toMatchObject({
      output: [202, 'over there', 'plain text'],
    });
    expect(server.received[0]).toMatchObject({ body: 'as it is' });
  });

  test('that cannot be rendered fails the attempt for good', async () => {
    const world = await work({
      dag: 'a',
      nodes: {
        a: http({ submit: { url: 'http://127.0.0.1/{{ input.missing }}' }, retry: { limit: 9 } }),
      },
    });

    const id = await world.create({ input: {} });
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([{ number: 1, code: 'expression' }]);
  });

  test.each([
    ['{{ "a\\nb" }}', /characters that a header cannot/],
    ['http://10.0.0.1/', /which is a private address/],
    ['ftp://127.0.0.1/', /must begin with http/],
  ])('that cannot be sent fails the attempt for good: %s', async (text, message) => {
    const submit = text.startsWith('{{')
      ? { url: 'http://127.0.0.1:9', headers: { 'x-a': text } }
      : { url: text };
    const world = await work({
      dag: 'a',
      nodes: { a: http({ submit, retry: { limit: 9 } }) },
    });

    const id = await world.create();
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([
      { number: 1, error: { message: expect.stringMatching(message) } },
    ]);
  });

  test('is retried if the service could not answer, each time under a key of its own', async () => {
    const server = await receive((_, response) => {
      if (server.received.length === 1) response.writeHead(503).end('busy');
      else response.end('1');
    });
    const world = await work({
      dag: 'a',
      nodes: { a: http({ submit: { url: server.url } }) },
    });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 1 });
    await world.pass(5);
    await world.until(id, 'succeeded');

    expect(await attemptsOf(world, id)).toMatchObject([
      {
        code: 'delivery_failed',
        error: { message: 'the service answered 503: busy' },
        input: { url: server.url },
      },
      { outcome: 'succeeded' },
    ]);
    expect(keysOf(server.received)).toEqual([`${id}_a_1`, `${id}_a_2`]);
  });

  test('is not retried earlier than the service asks', async () => {
    const server = await receive((_, response) => {
      if (server.received.length === 1) response.writeHead(429, { 'retry-after': '90' }).end();
      else response.end('1');
    });
    const world = await work({ dag: 'a', nodes: { a: http({ submit: { url: server.url } }) } });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed' });
    await world.pass(89);
    expect(await taskOf(world, id)).toMatchObject({ status: 'delayed' });
    await world.pass(2);
    await world.until(id, 'succeeded');
  });

  test('is not retried if the service refused it', async () => {
    const server = await receive((_, response) => response.writeHead(422).end('no such object'));
    const world = await work({
      dag: 'a',
      nodes: { a: http({ submit: { url: server.url }, retry: { limit: 9 } }) },
    });

    const id = await world.create();
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([
      {
        code: 'delivery_failed',
        error: { message: 'the service answered 422: no such object' },
      },
    ]);
  });

  test('is given up when the service takes too long', async () => {
    const server = await receive(() => undefined);
    const world = await work({
      dag: 'a',
      nodes: {
        a: http({ submit: { url: server.url, timeoutSeconds: 0.1 }, retry: { limit: 0 } }),
      },
    });

    const id = await world.create();
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([
      { code: 'delivery_failed', error: { message: expect.stringMatching(/^No answer in time/) } },
    ]);
  });

  test('fails, and is retried, if nobody is there', async () => {
    const port = await closedPort();
    const world = await work({
      dag: 'a',
      nodes: { a: http({ submit: { url: `http://127.0.0.1:${port}` } }) },
    });

    const id = await world.create();
    await world.runJobs();

    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 1 });
  });

  test('is made again under the same key if the process died before it wrote the answer down', async () => {
    const server = await receive((_, response) => response.end('1'));
    const world = await work({ dag: 'a', nodes: { a: http({ submit: { url: server.url } }) } });
    const id = await world.create();
    // It claims and sends; nothing of that is left but the lease.
    const dead = await workerOf(world, world.another());
    const port = submitPort(dead.ctx, dead.tools);
    const pump = new Pump({
      port: { ...port, settle: () => Promise.resolve(false) },
      log: dead.ctx.log,
    });
    pump.wake();
    await pump.quiet();

    expect(await world.pass(31)).toMatchObject({ redelivered: 1 });
    await world.until(id, 'succeeded');

    expect(keysOf(server.received)).toEqual([`${id}_a_1`, `${id}_a_1`]);
    expect(await attemptsOf(world, id)).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
  });
});

describe('a service that is asked for its status', () => {
  test('is asked until it has succeeded', async () => {
    const server = await service([
      { state: 'working' },
      { state: 'working' },
      { state: 'done', n: 3 },
    ]);
    const world = await work({
      dag: 'a',
      nodes: { a: driving(server.url) },
      definition: { output: '{{ tasks.a.output }}' },
    });

    const id = await world.create({ objectId: 'o-1' });
    await world.runJobs();
    await expect
      .poll(() => taskOf(world, id))
      .toMatchObject({
        status: 'running',
        delivering: false,
        remote: { submit: { status: 201, headers: { location: '/jobs/7' }, body: { id: 7 } } },
        input: { body: { object: 'o-1' } },
      });
    await world.pass(4);
    expect(server.asked()).toBe(0);

    for (const asked of [1, 2]) {
      await world.pass(5);
      await expect.poll(server.asked).toBe(asked);
      await expect
        .poll(async () => (await taskOf(world, id))?.['pollAt'])
        .toEqual(new Date(world.ctx.clock().getTime() + 5_000));
    }
    await world.pass(5);

    expect(await world.until(id, 'succeeded')).toMatchObject({ output: { state: 'done', n: 3 } });
    expect(await attemptsOf(world, id)).toMatchObject([
      { number: 1, remote: { submit: { body: { id: 7 } } }, input: { method: 'POST' } },
    ]);
  });

  test('fetches its result when it has succeeded', async () => {
    const server = await service([{ state: 'done' }], {
      'GET /jobs/7/file': () => [200, '{"file": "abc"}'],
    });
    const world = await work({
      dag: 'a',
      nodes: {
        a: driving(server.url, {
          result: { url: `${server.url}/jobs/{{ submit.body.id }}/file` },
          output: { file: '{{ response.body.file }}', job: '{{ submit.body.id }}' },
        }),
      },
      definition: { output: '{{ tasks.a.output }}' },
    });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    await world.pass(5);

    expect(await world.until(id, 'succeeded')).toMatchObject({ output: { file: 'abc', job: 7 } });
  });

  test('fails when it says so, and its retries submit anew', async () => {
    const server = await service([{ state: 'broken', why: 'codec' }, { state: 'done' }]);
    const world = await work({
      dag: 'a',
      nodes: { a: driving(server.url, { retry: { limit: 1 } }) },
    });

    const id = await world.create();
    for (const [status, seconds] of [
      ['running', 5],
      ['delayed', 5],
      ['running', 5],
    ] as const) {
      await world.runJobs();
      await expect.poll(() => taskOf(world, id)).toMatchObject({ status });
      await world.pass(seconds);
    }
    await world.until(id, 'succeeded');

    expect(await attemptsOf(world, id)).toMatchObject([
      {
        code: 'error',
        error: {
          message: 'the service says that it failed: response.body.state == "broken"',
          details: { status: 200, body: { why: 'codec' } },
        },
      },
      { outcome: 'succeeded' },
    ]);
    expect(keysOf(server.sent('POST /jobs'))).toEqual([`${id}_a_1`, `${id}_a_2`]);
  });

  test('may be out of reach for a while', async () => {
    let reachable = false;
    const server = await service([], {
      'GET /jobs/7': () => (reachable ? [200, '{"state": "done"}'] : [502, 'bad gateway']),
    });
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    for (const asked of [1, 2, 3]) {
      await world.pass(5);
      await expect.poll(() => server.sent('GET /jobs/7').length).toBe(asked);
      await settled(world, id);
    }
    reachable = true;
    await world.pass(5);

    await world.until(id, 'succeeded');
    expect(await attemptsOf(world, id)).toHaveLength(1);
  });

  test('that no longer knows the job fails the attempt', async () => {
    const server = await service([], { 'GET /jobs/7': () => [404, 'gone'] });
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    await world.pass(5);
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([
      { code: 'delivery_failed', error: { message: 'the service answered 404: gone' } },
    ]);
  });

  test('may say by its status code alone how it ended', async () => {
    const server = await service([], { 'GET /jobs/7': () => [404, ''] });
    const world = await work({
      dag: 'a',
      nodes: {
        a: driving(server.url, {
          status: {
            url: `${server.url}/jobs/7`,
            succeededWhen: 'response.status == 404',
            failedWhen: 'response.body.state == "broken"',
          },
        }),
      },
    });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    await world.pass(5);

    await world.until(id, 'succeeded');
  });

  test('may talk nonsense now and then, but not five times in a row', async () => {
    const server = await service([
      '<html>',
      '',
      '{"state": "working"}',
      '[1',
      '"x"',
      '{}',
      '<',
      '[]',
    ]);
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    for (const asked of [1, 2, 3, 4, 5, 6, 7]) {
      await world.pass(5);
      await expect.poll(server.asked).toBe(asked);
      await settled(world, id);
    }
    await world.pass(5);
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([
      { code: 'expression', error: { message: expect.stringMatching(/5 answers in a row$/) } },
    ]);
  });

  test('is asked again if the process died that asked', async () => {
    const server = await service([{ state: 'done' }]);
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    world.advanceClock(5);
    expect(await claimPolls(world.another(), { max: 9 })).toHaveLength(1);

    await world.pass(29);
    expect(server.asked()).toBe(0);
    await world.pass(2);

    await world.until(id, 'succeeded');
    expect(server.asked()).toBe(1);
    expect(server.sent('POST /jobs')).toHaveLength(1);
  });

  test('is shared by two processes: each status is asked once', async () => {
    const server = await service([{ state: 'done' }]);
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });
    const other = await workerOf(world, world.another());
    const ids = await Promise.all(Array.from({ length: 100 }, () => world.create()));
    await world.runJobs();
    await expect
      .poll(async () => (await world.db.sql`select from task where poll_at is not null`).length)
      .toBe(100);

    world.advanceClock(5);
    other.delivering.wake({ projectId: 1, work: '#http' });
    world.delivering.wake({ projectId: 1, work: '#http' });

    await expect
      .poll(
        async () => (await world.db.sql`select from instance where status <> 'succeeded'`).length,
      )
      .toBe(0);
    expect(server.asked()).toBe(ids.length);
  });
});

describe('a service that calls back', () => {
  test('reports to its URL as any worker does; the URL is no part of the trace', async () => {
    const server = await receive((_, response) => response.writeHead(202).end());
    const world = await work({
      dag: 'a',
      nodes: {
        a: http({ submit: { url: server.url, body: { to: '{{ reportUrl }}' } }, callback: true }),
      },
      definition: { output: '{{ tasks.a.output }}' },
    });

    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });
    const { to } = bodyOf(server.received[0] as Received);
    const [, token = ''] = /^https:\/\/latchwork\.example\/api\/v1\/reports\/(.+)$/.exec(to) ?? [];
    expect(await reportTasks(world.ctx, [{ token, type: 'finish', output: 42 }])).toEqual([
      { ok: true },
    ]);

    expect(await world.look(id)).toMatchObject({ status: 'succeeded', output: 42 });
    expect(JSON.stringify(await attemptsOf(world, id))).not.toContain(token);
  });

  test('may report before its answer has come', async () => {
    const reported: Promise<unknown>[] = [];
    const server = await receive(({ body }, response) => {
      const token = JSON.parse(body).to.split('/').at(-1);
      const report = reportTasks(world.ctx, [{ token, type: 'finish', output: 1 }]);
      reported.push(report.then(() => response.end()));
    });
    const world = await work({
      dag: 'a',
      nodes: {
        a: http({
          submit: { url: server.url, body: { to: '{{ reportUrl }}' } },
          callback: true,
          stop: { url: `${server.url}/stop` },
        }),
      },
    });

    const id = await world.create();
    await world.until(id, 'succeeded');
    await Promise.all(reported);
    await world.delivering.stop(5_000);
    await world.runJobs();

    expect(server.received.map(({ path }) => path)).toEqual(['/']);
  });
});

describe('a service whose attempt ends without it', () => {
  const stop = (url: string) => ({
    stop: { method: 'DELETE', url: `${url}/jobs/{{ submit.body.id }}` },
  });

  test('is asked to stop when the instance is cancelled, and people see how it answered', async () => {
    const server = await service([{ state: 'working' }]);
    const world = await work({ dag: 'a', nodes: { a: driving(server.url, stop(server.url)) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await cancelInstances(world.ctx, { ids: [id] });
    await world.runJobs();

    expect(server.sent('DELETE /jobs/7')).toHaveLength(1);
    expect(await eventsOf(world, id)).toContainEqual({
      type: 'service_stopped',
      message: 'The service of node "a", attempt 1, was asked to stop: it answered 200',
      data: { node: 'a', attempt: 1, stopped: true },
    });
  });

  test('is asked to stop when nobody will ask for its status any more', async () => {
    const server = await service([], { 'GET /jobs/7': () => [410, 'gone'] });
    const world = await work({ dag: 'a', nodes: { a: driving(server.url, stop(server.url)) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await world.pass(5);
    await world.until(id, 'failed');
    await world.runJobs();

    expect(await attemptsOf(world, id)).toMatchObject([{ code: 'delivery_failed' }]);
    expect(server.sent('DELETE /jobs/7')).toHaveLength(1);
  });

  test('is asked to stop though its node has another place in the version that the instance has by then', async () => {
    const server = await service([{ state: 'working' }]);
    const a = driving(server.url, stop(server.url));
    const world = await work({ dag: 'a', nodes: { a } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await cancelInstances(world.ctx, { ids: [id] });
    const first = { key: 'first', type: 'wait', seconds: 1 };
    const definition = { ...world.definition, nodes: [first, { key: 'a', ...a }] } as Definition;
    const draft = { workflow: 'test', definition, ifMatch: '"v1"', ifNoneMatch: null };
    await saveDraft(world.ctx, draft);
    const published = await publishWorkflow(world.ctx, { ...draft, summary: '', ifMatch: null });
    expect(published).toMatchObject({ version: 2 });
    expect(await changeVersion(world.ctx, { ids: [id], version: 2 })).toMatchObject({
      results: [{ ok: true }],
    });
    await world.runJobs();

    expect(server.sent('DELETE /jobs/7')).toHaveLength(1);
  });

  test('is asked to stop when the attempt ran too long', async () => {
    const server = await service([{ state: 'working' }]);
    const world = await work({
      dag: 'a',
      nodes: {
        a: driving(server.url, {
          ...stop(server.url),
          timeouts: { runSeconds: 60 },
          retry: { limit: 0 },
        }),
      },
    });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await world.pass(61);
    await world.until(id, 'failed');

    expect(await attemptsOf(world, id)).toMatchObject([{ code: 'run_timeout' }]);
    expect(server.sent('DELETE /jobs/7')).toHaveLength(1);
  });

  test('is asked to stop if the instance was cancelled while it was being submitted', async () => {
    const held: (() => void)[] = [];
    const server = await receive(({ method }, response) => {
      if (method === 'POST') held.push(() => response.end('{"id": 7}'));
      else response.end();
    });
    const world = await work({ dag: 'a', nodes: { a: driving(server.url, stop(server.url)) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => held.length).toBe(1);
    await cancelInstances(world.ctx, { ids: [id] });
    await world.runJobs();
    held[0]?.();

    await expect
      .poll(async () => {
        await world.runJobs();
        return server.received.map(({ method }) => method);
      })
      .toEqual(['POST', 'DELETE']);
    expect(await attemptsOf(world, id)).toMatchObject([
      { outcome: 'cancelled', remote: { submit: { body: { id: 7 } } } },
    ]);
  });

  test('is asked again if it could not be reached, and given up after a while', async () => {
    const server = await service([{ state: 'working' }], { 'DELETE /jobs/7': () => [503, ''] });
    const world = await work({ dag: 'a', nodes: { a: driving(server.url, stop(server.url)) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await cancelInstances(world.ctx, { ids: [id] });
    await world.runJobs();
    await world.db.sql`update graphile_worker._private_jobs set run_at = now()`;
    await world.runJobs();

    expect(world.stops).toEqual(['again', 'done']);
    expect(await eventsOf(world, id)).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/could not be asked to stop: .*503/),
      }),
    );
  });

  test('is left alone if its node does not say how it is stopped', async () => {
    const server = await service([{ state: 'working' }]);
    const world = await work({ dag: 'a', nodes: { a: driving(server.url) } });
    const id = await world.create();
    await world.runJobs();
    await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'running' });

    await cancelInstances(world.ctx, { ids: [id] });
    await world.runJobs();

    expect(world.stops).toEqual(['done']);
    expect(server.received).toHaveLength(1);
  });
});

/** The answer to the last status request was written down. */
async function settled(world: Awaited<ReturnType<typeof work>>, id: string): Promise<void> {
  await expect
    .poll(async () => (await taskOf(world, id))?.['pollAt'])
    .toEqual(new Date(world.ctx.clock().getTime() + 5_000));
}
