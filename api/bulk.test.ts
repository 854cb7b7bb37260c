/** Moves of many instances: asked for over the API, made by the job that these tests run themselves. */
import { beforeEach, describe, expect, test } from 'vitest';
import { expectProblem, testApi } from '#test/api.ts';
import { takeJobs } from '#test/jobs.ts';
import { outboundGuards } from '#engine/outbound/target.ts';
import { runBulk } from '#operations/bulk/run.ts';
import type { Actor, Context } from '#operations/context.ts';
import { ensureAdmin } from '#operations/users/ensure_admin.ts';
import { createBulk } from '#operations/bulk/create.ts';

let api: Awaited<ReturnType<typeof testApi>>;

const NOBODY = '019aa5c2-7f3e-7000-b1d6-5e0c8f2a4b19';

beforeEach(async () => {
  api = await testApi();
  await api.put('/works/a', {});
  const definition = {
    schemaVersion: 1,
    nodes: [{ key: 'a', type: 'task', work: 'a' }],
    edges: [],
  };
  await api.post('/workflows', { key: 'test', definition });
  await api.post('/workflows/test/publish', {});
  return () => api.db.close();
});

async function create(count: number, objectId = 'x'): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Math.min(1_000, count - ids.length);
    const made = await api.post('/workflows/test/instances/batch', {
      instances: Array.from({ length: some }, () => ({ objectId })),
    });
    ids.push(...made.body.results.map(({ id }: { id: string }) => id));
  }
  return ids;
}

async function ask(body: object): Promise<string> {
  const made = await api.post('/bulk', body);
  expect(made.body).toMatchObject({ status: 'running', done: 0, failed: 0, finishedAt: null });
  expect(made.status).toBe(202);
  return made.body.id;
}

const look = async (id: string) => (await api.get(`/bulk/${id}`)).body;
const failuresOf = async (id: string) => (await api.get(`/bulk/${id}/failures`)).body.data;

/** How often each instance made a move, by the history. */
async function timesMoved(type: string): Promise<number[]> {
  const rows = await api.db.sql<{ times: number }[]>`
    select distinct count(*)::int as times from instance_event where type = ${type} group by instance_id
  `;
  return rows.map(({ times }) => times);
}

async function countIn(status: string): Promise<number> {
  const { body } = await api.get('/instances/counts');
  return body.counts[status];
}

describe('by a filter', () => {
  test('moves what matches, and leaves the rest', async () => {
    await create(3, 'mine');
    await create(2, 'other');
    const id = await ask({ action: 'pause', filter: { objectId: 'mine' }, reason: 'disk full' });
    expect(await look(id)).toMatchObject({ total: 3, createdBy: 'apiKey:admin' });
    expect(await takeJobs(api.db)).toContainEqual({
      name: 'bulk',
      payload: { projectId: 1, bulkId: id },
    });

    await runBulk(api.ctx, { id });
    expect(await look(id)).toMatchObject({
      action: 'pause',
      filter: { objectId: 'mine' },
      reason: 'disk full',
      status: 'succeeded',
      total: 3,
      done: 3,
      failed: 0,
      finishedAt: expect.any(String),
    });
    expect([await countIn('paused'), await countIn('running')]).toEqual([3, 2]);
    expect((await api.get('/bulk')).body).toMatchObject({ data: [{ id }], nextCursor: null });
  });

  test('is refused when it is about more or fewer than the person saw', async () => {
    await create(20);
    const body = { action: 'cancel', filter: { workflow: 'test' } };

    expectProblem(await api.post('/bulk', { ...body, expectedCount: 30 }), 409, 'conflict', {
      count: 20,
      expectedCount: 30,
    });
    expectProblem(await api.post('/bulk', { ...body, expectedCount: 10 }), 409, 'conflict');
    expect((await api.get('/bulk')).body.data).toEqual([]);
    expect((await api.post('/bulk', { ...body, expectedCount: 21 })).status).toBe(202);
  });

  test('about a few may be about one more, or one fewer', async () => {
    await create(3);
    const body = { action: 'pause', filter: { workflow: 'test' } };
    const asked = async (expectedCount: number) =>
      (await api.post('/bulk', { ...body, expectedCount })).status;

    expect([await asked(1), await asked(2), await asked(4), await asked(5)]).toEqual([
      409, 202, 202, 409,
    ]);
  });

  test('are listed page by page, the newest first', async () => {
    const [id] = await create(1);
    const asked: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      api.advanceClock(1);
      asked.push(await ask({ action: 'pause', ids: [id] }));
    }
    const first = (await api.get('/bulk?limit=2')).body;
    const rest = (await api.get(`/bulk?limit=2&cursor=${first.nextCursor}`)).body;

    expect([...first.data, ...rest.data].map((bulk) => bulk.id)).toEqual(asked.toReversed());
    expect(rest.nextCursor).toBeNull();
  });

  test('that is wrong, or a move that lacks something, is refused with the field named', async () => {
    const refused = async (body: object, pointer: string) =>
      expectProblem(await api.post('/bulk', body), 422, 'invalid_request', {
        errors: [{ pointer }],
      });

    await refused({ action: 'cancel', filter: { status: 'nonsense' } }, '/filter/status/0');
    await refused({ action: 'cancel', filter: { team: 'x' } }, '/filter/team');
    await refused({ action: 'cancel', filter: { version: 2 } }, '/filter/version');
    await refused({ action: 'restart', filter: {} }, '/params/from');
    await refused({ action: 'cancel', filter: {}, params: { reason: 1 } }, '/params/reason');
    await refused({ action: 'nothing', filter: {} }, '/action');
    await refused({ action: 'cancel' }, '');
    await refused({ action: 'cancel', filter: {}, ids: [NOBODY] }, '');
  });

  test('meets 5,000 instances once each while others are being made', async () => {
    await create(5_000);
    const id = await ask({ action: 'cancel', filter: { status: 'running' }, expectedCount: 5_000 });

    const running = runBulk(api.ctx, { id });
    await Promise.all([create(700), running]);

    expect(await look(id)).toMatchObject({ status: 'succeeded', total: 5_000, done: 5_000 });
    expect([await countIn('cancelled'), await countIn('running')]).toEqual([5_000, 700]);
    expect(await timesMoved('cancelled')).toEqual([1]);
  });
});

describe('by ids', () => {
  test('moves those, and keeps why the others could not', async () => {
    const [done, ended] = await create(2);
    await api.post(`/instances/${ended}/cancel`);
    const again = ended?.toUpperCase();
    const id = await ask({ action: 'cancel', ids: [done, ended, NOBODY, ended, again] });

    await runBulk(api.ctx, { id });
    expect(await look(id)).toMatchObject({
      status: 'succeeded',
      filter: null,
      total: 3,
      done: 3,
      failed: 2,
    });
    expect(await failuresOf(id)).toEqual([
      { id: NOBODY, code: 'not_found', message: `There is no instance ${NOBODY}.` },
      {
        id: ended,
        code: 'conflict',
        message: `Instance ${ended} is cancelled; only one that has not ended can be cancelled.`,
      },
    ]);
    const { body } = await api.get(`/bulk/${id}/failures?limit=1`);
    expect(body.data).toMatchObject([{ id: NOBODY }]);
    expect(
      (await api.get(`/bulk/${id}/failures?limit=1&cursor=${body.nextCursor}`)).body.data,
    ).toMatchObject([{ id: ended }]);
  });

  test('sees all that were named, in more than one set', async () => {
    const ids = await create(1_201);
    const id = await ask({ action: 'change-priority', params: { priority: 3 }, ids });
    await runBulk(api.ctx, { id });

    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 1_201, failed: 0 });
    expect(await timesMoved('priority_changed')).toEqual([1]);
  });

  test('runs 600 again, once each', async () => {
    const id = await ask({ action: 'rerun', ids: await create(600) });
    await runBulk(api.ctx, { id });

    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 600, failed: 0 });
    expect(await countIn('running')).toBe(1_200);
  });
});

test.each([{ ids: true }, { ids: false }])(
  'one that nobody can make sense of is a failure of its own ($ids)',
  async ({ ids: named }) => {
    const ids = await create(3);
    const [broken = ''] = ids;
    await api.db.sql`update instance set state = 'o?' where id = ${broken}`;
    const id = await ask({ action: 'cancel', ...(named ? { ids } : { filter: {} }) });
    await runBulk(api.ctx, { id });

    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 3, failed: 1 });
    expect(await failuresOf(id)).toMatchObject([
      { id: broken, code: 'conflict', message: expect.stringContaining('It failed: ') },
    ]);
    expect(await countIn('cancelled')).toBe(2);
  },
);

describe('runs again of which an own URL is refused', () => {
  const METADATA = 'http://169.254.169.254/';
  const POLICY = { allowPrivate: false, allowLoopback: false, allowHosts: [] };

  test('are refused with the field where the URL is asked for', async () => {
    const [id] = await create(1);
    expectProblem(
      await api.post('/bulk', { action: 'rerun', params: { notifyUrl: METADATA }, ids: [id] }),
      422,
      'invalid_request',
      { errors: [{ pointer: '/params/notifyUrl' }] },
    );
  });

  test('are kept with why, and the others are made', async () => {
    const [good = '', bad = ''] = await create(2);
    await api.db.sql`update instance set notify_url = ${METADATA} where id = ${bad}`;
    const id = await ask({ action: 'rerun', ids: [good, bad] });
    await runBulk({ ...api.ctx, outbound: outboundGuards(POLICY) }, { id });

    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 2, failed: 1 });
    expect(await failuresOf(id)).toMatchObject([
      { id: bad, code: 'conflict', message: expect.stringContaining('169.254.169.254') },
    ]);
  });
});

describe('while it runs', () => {
  test('it can be aborted: what has moved stays moved', async () => {
    await create(3);
    const id = await ask({ action: 'cancel', filter: {} });
    const aborted = await api.post(`/bulk/${id}/abort`);
    expect(aborted.body).toMatchObject({ id, status: 'aborted', finishedAt: expect.any(String) });

    await runBulk(api.ctx, { id });
    expect(await look(id)).toMatchObject({ status: 'aborted', done: 0 });
    expect(await countIn('running')).toBe(3);
    expectProblem(await api.post(`/bulk/${id}/abort`), 409, 'conflict', {
      detail: `Bulk move ${id} has aborted; only a running one can be aborted.`,
    });
  });

  test('a process that stops leaves the rest to another', async () => {
    await create(1_100);
    const id = await ask({ action: 'cancel', filter: {} });
    await runBulk(api.ctx, { id, stopping: AbortSignal.abort() });
    expect(await look(id)).toMatchObject({ status: 'running', done: 0 });

    await runBulk(api.ctx, { id });
    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 1_100 });
  });

  test('a crash in the middle of a set loses nothing and repeats nothing', async () => {
    const ids = await create(1_100);
    const id = await ask({ action: 'pause', filter: {} });
    const crashing = await testApi({ url: api.url });
    // Somebody holds an instance of the second set, so that is where the job is when its connection dies.
    const held = ids.toSorted().at(-700) ?? '';
    await api.db.sql.begin(async (tx) => {
      await tx`select from instance where id = ${held} for update`;
      const run = runBulk({ ...api.ctx, db: crashing.db }, { id }).then(
        () => 'done',
        () => 'crashed',
      );
      await expect.poll(killBlocked).toBe(1);
      expect(await run).toBe('crashed');
    });
    await crashing.db.close();
    expect(await look(id)).toMatchObject({ status: 'running', done: 500 });

    await runBulk(api.ctx, { id });
    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 1_100, failed: 0 });
    expect(await countIn('paused')).toBe(1_100);
    expect(await timesMoved('paused')).toEqual([1]);
  });

  test('several processes at once make it once', async () => {
    await create(2_300);
    const id = await ask({ action: 'pause', filter: {} });
    const { db: another } = await testApi({ url: api.url });
    const runs = [api.db, another, api.db].map((db) => runBulk({ ...api.ctx, db }, { id }));
    await Promise.all(runs);
    await another.close();

    expect(await look(id)).toMatchObject({ status: 'succeeded', done: 2_300, failed: 0 });
    expect(await timesMoved('paused')).toEqual([1]);
  });
});

/** Ends the server's side of connections that wait for a lock. */
async function killBlocked(): Promise<number> {
  const rows = await api.db.sql`
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
  `;
  return rows.length;
}

describe('as whoever asked for it', () => {
  test('it needs the right to be asked for and aborted; to see it, that to read', async () => {
    const key = await api.keyWith('read');
    await create(1);
    const id = await ask({ action: 'cancel', filter: {} });

    expectProblem(
      await api.post('/bulk', { action: 'cancel', filter: {} }, { key }),
      403,
      'forbidden',
    );
    expectProblem(await api.post(`/bulk/${id}/abort`, undefined, { key }), 403, 'forbidden');
    expect((await api.get(`/bulk/${id}`, { key })).status).toBe(200);
    for (const path of [`/bulk/${NOBODY}`, '/bulk/x', `/bulk/${NOBODY}/failures`]) {
      expectProblem(await api.get(path, { key }), 404, 'not_found');
    }
    expectProblem(await api.post(`/bulk/${NOBODY}/abort`), 404, 'not_found');
  });

  test('its moves are theirs in the history', async () => {
    const key = await api.keyWith('read', 'instances:write');
    const [one] = await create(1);
    const made = await api.post(
      '/bulk',
      { action: 'cancel', filter: {}, reason: 'wrong input' },
      { key },
    );
    await runBulk(api.ctx, { id: made.body.id });

    expect((await api.get(`/instances/${one}/events`)).body.data).toMatchObject([
      { type: 'cancelled', actor: 'apiKey:read instances:write', message: 'wrong input' },
    ]);
  });

  test('somebody who may only read by then moves nothing more', async () => {
    const { email } = await ensureAdmin(api.ctx);
    const [user] = await api.db.sql<{ id: string }[]>`select id from "user" where email = ${email}`;
    const asker: Actor = { kind: 'user', id: user?.id ?? '', name: 'Admin', role: 'admin' };
    const id = await askAs(asker);
    await api.db.sql`update "user" set role = 'viewer' where email = ${email}`;
    await runBulk(api.ctx, { id });

    expect(await failuresOf(id)).toMatchObject([
      { code: 'forbidden', message: 'user:Admin does not have the scope "instances:write".' },
      { code: 'forbidden' },
    ]);
    expect(await countIn('running')).toBe(2);

    const second = await askAs(asker);
    await api.db.sql`delete from "user" where email = ${email}`;
    await runBulk(api.ctx, { id: second });
    expect(await look(second)).toMatchObject({ status: 'succeeded', failed: 4 });
  });

  test('a key that was revoked, or has expired, moves nothing more', async () => {
    const expiresAt = new Date(api.ctx.clock().getTime() + 60_000).toISOString();
    const scopes = ['read', 'instances:write'];
    const lost = (await api.post('/api-keys', { name: 'lost', scopes })).body;
    const short = (await api.post('/api-keys', { name: 'short', scopes, expiresAt })).body;
    await create(1);
    const ids: string[] = [];
    for (const { key } of [lost, short]) {
      const made = await api.post('/bulk', { action: 'cancel', filter: {} }, { key });
      ids.push(made.body.id);
    }
    await api.delete(`/api-keys/${lost.id}`);
    api.advanceClock(61);

    for (const id of ids) {
      await runBulk(api.ctx, { id });
    }
    expect(await failuresOf(ids[0] ?? '')).toMatchObject([
      {
        code: 'forbidden',
        message: 'apiKey:lost, who asked for this bulk move, has no access any more.',
      },
    ]);
    expect(await failuresOf(ids[1] ?? '')).toMatchObject([{ code: 'forbidden' }]);
    expect(await countIn('running')).toBe(1);
  });
});

/** A bulk about two new instances and all before. */
async function askAs(actor: Actor): Promise<string> {
  await create(2);
  const ctx: Context = { ...api.ctx, actor };
  const made = await createBulk(ctx, { action: 'cancel', filter: {} });
  return 'id' in made ? made.id : '';
}
