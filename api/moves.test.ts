/** People's moves as a client makes them: one instance, several by id. What each does to a run: operations/instances/moves.test.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';
import { MOVE_NAMES, MOVES, type MoveName } from '#operations/instances/moves.ts';

let api: Awaited<ReturnType<typeof testApi>>;
let reader: string;

const NOBODY = '019aa5c2-7f3e-7000-b1d6-5e0c8f2a4b19';

beforeAll(async () => {
  api = await testApi();
  reader = await api.keyWith('read');
  const task = (key: string) => ({ key, type: 'task', work: key });
  await publish('line', [task('a'), task('b'), task('c')], ['a b', 'b c']);
  await publish('line', [task('a'), task('b'), task('c'), task('d')], ['a b', 'b c', 'c d']);
  await publish('fan', [{ key: 'fan', type: 'fanout', work: 'fan', items: 'input.items' }], []);
});

async function publish(key: string, nodes: readonly object[], edges: readonly string[]) {
  for (const work of nodes) {
    await api.put(`/works/${'work' in work ? String(work.work) : ''}`, {});
  }
  await api.post('/workflows', { key });
  const { headers } = await api.get(`/workflows/${key}/draft`);
  const etag = headers.get('etag');
  const definition = {
    schemaVersion: 1,
    nodes,
    edges: edges.map((edge) => {
      const [from, to] = edge.split(' ');
      return { from, to };
    }),
  };
  await api.put(
    `/workflows/${key}/draft`,
    { definition },
    { headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag } },
  );
  expect((await api.post(`/workflows/${key}/publish`, {})).status).toBe(201);
}

async function create(more: object = {}, workflow = 'line'): Promise<string> {
  const made = await api.post(`/workflows/${workflow}/instances`, { objectId: 'x', ...more });
  expect(made.status).toBe(201);
  return made.body.id;
}

/** Claims what is ready of a work and reports it. */
async function report(work: string, answer: (order: number | undefined) => object): Promise<void> {
  const { body } = await api.post('/tasks/claim', { works: [work], max: 500, worker: 'w' });
  await api.post('/reports', {
    reports: body.tasks.map((one: { token: string; segment: { order: number } | null }) => ({
      token: one.token,
      ...answer(one.segment?.order),
    })),
  });
}

const fails = () => ({ type: 'fail', message: 'it broke', retryable: false });

/** A run whose second of three tasks failed. */
async function failed(): Promise<string> {
  const id = await create({ version: 1 });
  await report('a', () => ({ type: 'finish' }));
  await report('b', fails);
  return id;
}

async function paused(): Promise<string> {
  const id = await create();
  await api.post(`/instances/${id}/pause`);
  return id;
}

async function failedFan(): Promise<string> {
  const id = await create({ input: { items: [1, 2, 3] } }, 'fan');
  await report('fan', (order) => (order === 1 ? fails() : { type: 'finish' }));
  return id;
}

const later = () => new Date(api.ctx.clock().getTime() + 3_600_000).toISOString();

/** Each move: an instance that can make it, what it takes, what it is afterwards, and what the history calls it. */
const SCENES: Readonly<
  Record<
    MoveName,
    { from: () => Promise<string>; params?: object; is: object; event: string; data?: object }
  >
> = {
  cancel: { from: create, is: { status: 'cancelled' }, event: 'cancelled' },
  pause: { from: create, is: { status: 'paused' }, event: 'paused' },
  resume: { from: paused, is: { status: 'running' }, event: 'resumed' },
  retry: { from: failed, is: { status: 'running', error: null }, event: 'retried' },
  restart: {
    from: failed,
    params: { from: 'a' },
    is: { status: 'running', progress: { finished: 0 } },
    event: 'restarted',
    data: { from: 'a' },
  },
  rerun: {
    from: failed,
    params: { input: { n: 2 }, version: 'published' },
    is: { status: 'running', version: 2 },
    event: 'rerun',
  },
  mark: {
    from: failed,
    params: { task: 'b', as: 'succeeded', output: { made: 'by hand' } },
    is: { status: 'running' },
    event: 'marked',
    data: { task: 'b', as: 'succeeded', output: { made: 'by hand' } },
  },
  'run-now': {
    from: () => create({ runAt: later() }),
    is: { status: 'scheduled' },
    event: 'hurried',
  },
  'retry-segments': {
    from: failedFan,
    params: { task: 'fan', segments: [1] },
    is: { status: 'running' },
    event: 'segments_retried',
    data: { task: 'fan', segments: [1] },
  },
  'change-priority': {
    from: create,
    params: { priority: 7 },
    is: { priority: 7 },
    event: 'priority_changed',
    data: { priority: 7 },
  },
  'change-version': {
    from: failed,
    params: { version: 2 },
    is: { status: 'failed', version: 2, progress: { total: 4 } },
    event: 'version_changed',
    data: { version: 2 },
  },
  'edit-context': {
    from: create,
    params: { patch: { codec: 'h264' } },
    is: { status: 'running' },
    event: 'context_edited',
    data: { patch: { codec: 'h264' } },
  },
};

describe.each(MOVE_NAMES)('%s', (move) => {
  const { from, params = {}, is, event, data = {} } = SCENES[move];

  test('of one instance is made, and remembered with who and why', async () => {
    const id = await from();
    const made = await api.post(`/instances/${id}/${move}`, { ...params, reason: 'a good one' });

    expect(made.body).toMatchObject(is);
    expect(made.status).toBe(200);
    expect((await api.get(`/instances/${id}/events`)).body.data.at(-1)).toMatchObject({
      type: event,
      message: 'a good one',
      actor: 'apiKey:admin',
      data,
    });
  });

  test('of several is answered instance by instance', async () => {
    const ids = [await from(), NOBODY, await from()];
    const made = await api.post(`/instances/${move}`, { ...params, ids });

    expect(made.status).toBe(200);
    expect(made.body.results).toMatchObject([
      { id: ids[0], ok: true },
      { id: NOBODY, ok: false, code: 'not_found' },
      { id: ids[2], ok: true },
    ]);
  });

  test('is refused to who may only read, and of instances that are not there', async () => {
    const id = await from();
    const by = { key: reader };

    expectProblem(await api.post(`/instances/${id}/${move}`, params, by), 403, 'forbidden');
    expectProblem(
      await api.post(`/instances/${move}`, { ...params, ids: [id] }, by),
      403,
      'forbidden',
    );
    expectProblem(await api.post(`/instances/${NOBODY}/${move}`, params), 404, 'not_found');
    expectProblem(await api.post(`/instances/nothing/${move}`, params), 404, 'not_found');
  });

  test('names what is wrong in its body', async () => {
    const id = await create();

    expectProblem(
      await api.post(`/instances/${id}/${move}`, { ...params, why: 'x' }),
      422,
      'invalid_request',
      { errors: [{ pointer: '/why' }] },
    );
    expectProblem(
      await api.post(`/instances/${move}`, { ...params, ids: ['x'] }),
      422,
      'invalid_request',
      { errors: [{ pointer: '/ids/0' }] },
    );
    expectProblem(await api.post(`/instances/${move}`, params), 422, 'invalid_request', {
      errors: [{ pointer: '/ids' }],
    });
    if (!MOVES[move].params.safeParse({}).success) {
      expectProblem(await api.post(`/instances/${id}/${move}`, {}), 422, 'invalid_request');
    }
  });
});

test('a state that a move does not leave from refuses it in words', async () => {
  const id = await create();

  expectProblem(await api.post(`/instances/${id}/retry`), 409, 'conflict', {
    move: 'retry',
    instanceStatus: 'running',
    detail: `Instance ${id} is running; only a failed or cancelled one can be retried.`,
    id,
  });
});

test('what was run again says where it came from, and the new one has the edited input', async () => {
  const id = await failed();
  const made = await api.post(`/instances/${id}/rerun`, { input: { n: 2 } });
  const events = await api.get(`/instances/${id}/events`);

  expect(made.body).toMatchObject({ version: 1, objectId: 'x' });
  expect(made.body.id).not.toBe(id);
  expect(events.body.data.at(-1).data).toEqual({ instance: made.body.id });
  expect((await api.get(`/instances/${made.body.id}`)).body.input).toEqual({ n: 2 });
  expect((await api.get(`/instances/${id}`)).body.status).toBe('failed');
});

test('a move to another version is shown before it is made', async () => {
  const id = await failed();
  const shown = await api.get(`/instances/${id}/version-change?version=2`, { key: reader });

  expect(shown.body).toEqual({
    from: 1,
    to: 2,
    nodes: [
      { key: 'a', status: 'succeeded', mapped: true },
      { key: 'b', status: 'failed', mapped: true },
      { key: 'c', status: 'upstream_failed', mapped: true },
    ],
    added: ['d'],
    problems: [],
  });
  expectProblem(await api.get(`/instances/${id}/version-change?version=9`), 404, 'not_found');
  expectProblem(await api.get(`/instances/${id}/version-change?version=x`), 422, 'invalid_request');
  expectProblem(await api.get(`/instances/${NOBODY}/version-change?version=2`), 404, 'not_found');
});
