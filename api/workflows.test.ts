import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';
import { admitInstances } from '#operations/instances/admit.ts';

let api: Awaited<ReturnType<typeof testApi>>;

beforeAll(async () => {
  api = await testApi();
});

const definition = (...works: string[]) => ({
  schemaVersion: 1,
  nodes: works.map((work) => ({ key: work, type: 'task', work })),
  edges: [],
});

describe('a workflow', () => {
  test('is made with its settings, found again, changed and deleted', async () => {
    const made = await api.post('/workflows', { key: 'one', labels: { team: 'media' } });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      key: 'one',
      name: 'one',
      description: '',
      enabled: true,
      maxRunning: 0,
      order: 'fifo',
      priority: 0,
      ageingSeconds: null,
      onObjectBusy: 'allow',
      retentionDays: null,
      labels: { team: 'media' },
      publishedVersion: null,
      hasDraft: false,
      running: 0,
      queued: 0,
      failed24h: 0,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expectProblem(await api.post('/workflows', { key: 'one' }), 409, 'conflict');
    expect((await api.get('/workflows/one')).body).toEqual(made.body);

    api.advanceClock(1);
    const changed = await api.patch('/workflows/one', { name: 'One', maxRunning: 3 });
    expect(changed.body).toMatchObject({ name: 'One', maxRunning: 3, labels: { team: 'media' } });
    expect(changed.body.updatedAt).not.toBe(made.body.updatedAt);

    expect((await api.delete('/workflows/one')).status).toBe(204);
    for (const gone of [
      api.get('/workflows/one'),
      api.patch('/workflows/one', {}),
      api.delete('/workflows/one'),
      api.get('/workflows/one/versions'),
    ]) {
      expectProblem(await gone, 404, 'not_found', { workflow: 'one' });
    }
  });

  test('is listed by key, page by page, and searched by part of key or name', async () => {
    for (const key of ['p-a', 'p-b', 'p-c']) {
      await api.post('/workflows', { key, name: `Name_100% ${key.slice(-1).toUpperCase()}` });
    }
    const first = (await api.get('/workflows?search=p-&limit=2')).body;
    const second = (await api.get(`/workflows?search=p-&limit=2&cursor=${first.nextCursor}`)).body;
    const keys = (page: { data: { key: string }[] }) => page.data.map(({ key }) => key);

    expect([keys(first), keys(second)]).toEqual([['p-a', 'p-b'], ['p-c']]);
    expect(second.nextCursor).toBeNull();
    expect(keys((await api.get('/workflows?search=100%25%20b')).body)).toEqual(['p-b']);
    expect(keys((await api.get('/workflows?search=100_')).body)).toEqual([]);
  });

  test('counts what runs, what waits and what failed of late', async () => {
    await api.put('/works/count', {});
    await api.post('/workflows', {
      key: 'counted',
      maxRunning: 2,
      definition: definition('count'),
    });
    await api.post('/workflows/counted/publish');
    for (const objectId of ['a', 'b', 'c', 'd']) {
      await api.post('/workflows/counted/instances', { objectId });
    }
    await admitAll();
    const [first] = (await api.post('/tasks/claim', { works: ['count'], worker: 'w' })).body.tasks;
    await api.post(`/reports/${first.token}`, { type: 'fail', message: 'no' });

    expect((await api.get('/workflows/counted')).body).toMatchObject({
      running: 1,
      queued: 2,
      failed24h: 1,
    });
    expectProblem(await api.delete('/workflows/counted'), 409, 'conflict');
  });

  test('lets priority grow with age, unless the newest comes first', async () => {
    expectProblem(
      await api.post('/workflows', { key: 'ageing', order: 'lifo', ageingSeconds: 60 }),
      422,
      'invalid_request',
      {
        errors: [
          { pointer: '/ageingSeconds', code: 'not_with_lifo', message: 'goes with fifo only' },
        ],
      },
    );
    const made = await api.post('/workflows', { key: 'ageing', ageingSeconds: 60 });
    expect(made.body).toMatchObject({ order: 'fifo', ageingSeconds: 60 });
    expectProblem(await api.patch('/workflows/ageing', { order: 'lifo' }), 422, 'invalid_request');
    const changed = await api.patch('/workflows/ageing', { ageingSeconds: null, order: 'lifo' });
    expect(changed.body).toMatchObject({ order: 'lifo', ageingSeconds: null });
  });

  test('that rejects a second instance for a busy object says which one has it', async () => {
    await api.put('/works/busy', {});
    await api.post('/workflows', {
      key: 'busy',
      onObjectBusy: 'reject',
      definition: definition('busy'),
    });
    await api.post('/workflows/busy/publish');
    const start = '/workflows/busy/instances';
    const { id } = (await api.post(start, { objectId: 'o' })).body;

    expectProblem(await api.post(start, { objectId: 'o' }), 409, 'object_busy', { busyWith: id });
    const { body } = await api.post(`${start}/batch`, { instances: [{ objectId: 'o' }] });
    expect(body.results).toMatchObject([{ ok: false, code: 'object_busy', busyWith: id }]);
    await api.post(`/instances/${id}/cancel`);
    expect((await api.post(start, { objectId: 'o' })).status).toBe(201);
  });

  test('runs only the nodes that are asked for', async () => {
    for (const key of ['first', 'second']) {
      await api.put(`/works/${key}`, {});
    }
    await api.post('/workflows', { key: 'partly', definition: definition('first', 'second') });
    await api.post('/workflows/partly/publish');
    const start = '/workflows/partly/instances';
    const { id } = (await api.post(start, { objectId: 'o', only: ['second'] })).body;

    expect((await api.get(`/instances/${id}`)).body.tasks).toMatchObject([
      { key: 'first', status: 'skipped' },
      { key: 'second', status: 'ready' },
    ]);
    expectProblem(
      await api.post(start, { objectId: 'o', only: ['second', 'third'] }),
      422,
      'invalid_request',
      {
        errors: [{ pointer: '/only/1', code: 'unknown_node', message: 'there is no node "third"' }],
      },
    );
  });

  test('that gets a limit while instances run still admits the next when they end', async () => {
    await api.put('/works/limited', {});
    await api.post('/workflows', { key: 'limited', definition: definition('limited') });
    await api.post('/workflows/limited/publish');
    await api.post('/workflows/limited/instances', { objectId: 'before' });
    await api.patch('/workflows/limited', { maxRunning: 1 });
    await api.post('/workflows/limited/instances', { objectId: 'after' });
    await admitAll();
    expect((await api.get('/workflows/limited')).body).toMatchObject({ running: 1, queued: 1 });

    const [task] = (await api.post('/tasks/claim', { works: ['limited'], worker: 'w' })).body.tasks;
    await api.post(`/reports/${task.token}`, { type: 'finish' });
    const [wakeUp] = await api.db.sql`
      select count(*)::int as count from graphile_worker.jobs where task_identifier = 'admit'
    `;
    expect(wakeUp?.count).toBeGreaterThan(0);
    await admitAll();
    expect((await api.get('/workflows/limited')).body).toMatchObject({ running: 1, queued: 0 });
  });

  /** What the worker process would do. */
  async function admitAll(): Promise<void> {
    const workflows = await api.db.sql<{ id: number }[]>`select id from workflow`;
    for (const { id } of workflows) {
      await admitInstances(api.ctx, id);
    }
  }
});

describe('an import', () => {
  const pipeline = {
    works: ['video_encode_submit_task', 'video_encode_trace_task'],
    dags: {
      video_encode_trace_task: {
        dependences: ['video_encode_submit_task'],
        trigger_rule: 'all_success',
      },
    },
    max_scheduler_count: 5,
    scheduler_mode: 'fifo',
  };

  test('of a Termite pipeline makes the workflow, its works and a published version', async () => {
    const { status, body } = await api.post('/workflows/import', {
      format: 'termite',
      document: pipeline,
      key: 'encode',
      publish: true,
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      workflow: { key: 'encode', maxRunning: 5, publishedVersion: 1, hasDraft: false },
      works: ['video_encode_submit_task', 'video_encode_trace_task'],
    });
    expect((await api.get('/works/video_encode_trace_task')).body.delivery).toBe('pull');
    expect((await api.get('/workflows/encode/versions/1')).body.definition).toEqual(
      body.definition,
    );
  });

  test('again becomes the draft of the workflow that is there, and makes no work twice', async () => {
    const again = { format: 'termite', document: pipeline, key: 'encode' };
    const { body } = await api.post('/workflows/import', again);

    expect(body).toMatchObject({ workflow: { publishedVersion: 1, hasDraft: true }, works: [] });
    expectProblem(await api.post('/workflows/import', again), 409, 'conflict');
  });

  test('of a whole workflow brings its settings and works', async () => {
    const { body } = await api.post('/workflows/import', {
      format: 'latchwork',
      document: {
        key: 'brought',
        name: 'Brought',
        order: 'lifo',
        definition: definition('w-listed', 'w-named'),
        works: [{ key: 'w-listed', retry: { limit: 2 } }],
      },
    });

    expect(body).toMatchObject({
      workflow: { key: 'brought', name: 'Brought', order: 'lifo', hasDraft: true },
      works: ['w-listed', 'w-named'],
      notCarried: [],
    });
    expect((await api.get('/works/w-listed')).body.retry).toEqual({ limit: 2 });
  });

  test('of a bare definition needs a key', async () => {
    const document = definition('w-bare');
    expectProblem(
      await api.post('/workflows/import', { format: 'latchwork', document }),
      422,
      'invalid_request',
      { errors: [{ pointer: '/key', code: 'invalid_type', message: 'is missing' }] },
    );
    expect(
      (await api.post('/workflows/import', { format: 'latchwork', document, key: 'bare' })).status,
    ).toBe(201);
  });

  test('that cannot be published leaves nothing behind', async () => {
    const document = definition('w-nothing');
    document.nodes.push({ key: 'w-nothing', type: 'task', work: 'w-other' });

    expectProblem(
      await api.post('/workflows/import', {
        format: 'latchwork',
        document,
        key: 'nothing',
        publish: true,
      }),
      422,
      'invalid_definition',
      { asDraft: true },
    );
    expectProblem(await api.get('/workflows/nothing'), 404, 'not_found');
    expectProblem(await api.get('/works/w-nothing'), 404, 'not_found');
  });

  test('of what is no pipeline is refused with what is wrong, and can be no draft either', async () => {
    expectProblem(
      await api.post('/workflows/import', { format: 'termite', document: [1], publish: true }),
      422,
      'invalid_definition',
      {
        asDraft: false,
        detail: 'The document cannot be imported: A Termite pipeline is a JSON object.',
      },
    );
    const wrong = await api.post('/workflows/import', {
      format: 'latchwork',
      document: {
        key: 'a',
        definition: { nodes: 7, edges: [] },
        works: [{ key: 'w', delivery: 'push' }],
      },
    });
    expectProblem(wrong, 422, 'invalid_request');
    expect(wrong.body.errors).toMatchObject([
      { pointer: '/document/definition/nodes' },
      { pointer: '/document/works/0/url', message: 'a pushed work needs a URL' },
    ]);
  });
});
