/** Lists, counts and the page of one instance. */
import { beforeAll, describe, expect, test } from 'vitest';
import { handOut } from '#db/hot/claim.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import { setup, type World } from '#test/setup.ts';
import { startChildren } from '../children/start.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { sendSignal } from '../signals/send.ts';
import { listAttempts } from '../tasks/attempts.ts';
import { getTask } from '../tasks/get.ts';
import { listSegments } from '../tasks/segments.ts';
import { createWorkflow, createWorkflowInput } from '../workflows/create.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { cancelInstances } from './cancel.ts';
import { countInstances, countInstancesInput } from './counts.ts';
import { createInstances } from './create.ts';
import { listInstanceEvents } from './events.ts';
import { newestIds, SIEVED } from './filter.ts';
import { getInstance } from './get.ts';
import { listInstances, listInstancesInput } from './list.ts';
import { retryInstances } from './retry.ts';

function must<Answer>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer;
}

const page = { limit: 50 };

describe('the list of instances', () => {
  let world: World;
  const ids = new Map<string, string>();
  const list = async (query: object) =>
    must(await listInstances(world.ctx, listInstancesInput.parse(query)));
  const objects = async (query: object) => (await list(query)).data.map(({ objectId }) => objectId);
  const counts = async (query: object) =>
    must(await countInstances(world.ctx, countInstancesInput.parse(query)));

  beforeAll(async () => {
    world = await setup({
      lifetime: 'file',
      dag: 'a',
    });
    for (const objectId of ['video-1', 'video-2', 'Photo_1', 'photo-2', 'video-1']) {
      const labels = { kind: objectId.startsWith('v') ? 'video' : 'photo', n: objectId.slice(-1) };
      ids.set(objectId, await world.create({ objectId, labels }));
      world.advanceClock(60);
    }
    const [first, second] = await world.claim(2);
    await world.finish(first ? [first] : []);
    await world.fail(second ? [second] : []);
  });

  test('is the newest first, in pages that meet without a gap', async () => {
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    const third = await list({ limit: 2, cursor: second.nextCursor });

    expect([first, second, third].map(({ data }) => data.map(({ objectId }) => objectId))).toEqual([
      ['video-1', 'photo-2'],
      ['Photo_1', 'video-2'],
      ['video-1'],
    ]);
    expect(third.nextCursor).toBeNull();
  });

  test.each([
    [{ status: 'failed' }, ['video-2']],
    [{ status: 'failed,succeeded' }, ['video-2', 'video-1']],
    [{ status: 'running', workflow: 'test' }, ['video-1', 'photo-2', 'Photo_1']],
    [{ workflow: 'test', version: '1', status: 'failed' }, ['video-2']],
    [{ workflow: 'test', version: '2' }, []],
    [{ workflow: 'other' }, []],
    [{ objectId: 'video-1' }, ['video-1', 'video-1']],
    [{ objectId: 'video-1', status: 'succeeded' }, ['video-1']],
    [{ label: 'kind:photo' }, ['photo-2', 'Photo_1']],
    [{ label: ['kind:video', 'n:2'] }, ['video-2']],
    [{ search: 'PHOTO' }, ['photo-2', 'Photo_1']],
    [{ search: 'o_1' }, ['Photo_1']],
    [{ search: 'video-1' }, ['video-1', 'video-1']],
    [{ search: 'nothing' }, []],
  ])('takes the filter %j', async (query, expected) => {
    expect(await objects(query)).toEqual(expected);
    expect(Object.values((await counts(query)).counts).reduce((sum, n) => sum + n, 0)).toBe(
      expected.length,
    );
  });

  test('is bounded in time by when instances were made', async () => {
    const { data } = await list({});
    const [, from, , to] = data.map(({ createdAt }) => createdAt);

    expect(await objects({ from: to, to: from })).toEqual(['Photo_1', 'video-2']);
  });

  test('finds one instance by its whole id', async () => {
    const id = ids.get('photo-2') ?? '';

    expect(await objects({ search: id })).toEqual(['photo-2']);
    expect(await objects({ search: id, status: 'failed' })).toEqual([]);
  });

  test('counts by status', async () => {
    expect(await counts({})).toEqual({
      counts: {
        scheduled: 0,
        queued: 0,
        running: 3,
        paused: 0,
        succeeded: 1,
        failed: 1,
        cancelled: 0,
      },
      capped: false,
    });
  });

  test('looks through so many at a time and goes on from there, and exact matches come first', async () => {
    const many = await setup({ dag: 'a' });
    const old = await many.create({ objectId: 'needle' });
    const older = await many.create({ objectId: 'needles' });
    await many.db.sql`
      insert into instance (
        project_id, id, workflow_id, version_id, status, reads, limited, state, object_id, input,
        created_at, finished_at
      )
      select
        project_id, ('01ffffff-ffff-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, workflow_id,
        version_id, 'succeeded', 0, false, 's', 'hay-' || n, '{}', created_at, created_at
      from instance, generate_series(1, ${SIEVED}) as n
      where id = ${old}
    `;
    const first = must(await listInstances(many.ctx, { ...page, search: 'needle' }));
    expect(first.data.map(({ id }) => id)).toEqual([old]);
    expect(first.nextCursor).not.toBeNull();
    const second = must(
      await listInstances(many.ctx, {
        ...page,
        search: 'needle',
        cursor: first.nextCursor ?? undefined,
      }),
    );
    expect(second).toMatchObject({ data: [{ id: older }], nextCursor: null });

    expect(must(await countInstances(many.ctx, { search: 'needle' }))).toMatchObject({
      capped: true,
    });
    expect(must(await countInstances(many.ctx, {}))).toMatchObject({
      counts: { succeeded: SIEVED, running: 2 },
      capped: false,
    });
  });
});

describe('one instance', () => {
  test('shows each node by what became of it', async () => {
    const world = await setup({
      dag: 'first -> broken, first -> after, broken -> lost',
      nodes: { broken: { name: 'Breaks', retry: { limit: 1, delaySeconds: 60 } } },
    });
    const id = await world.create({ objectId: 'o', input: { x: 1 }, dedupeKey: 'k' });
    const look = async () => must(await getInstance(world.ctx, { id }));
    const taskOf = async (key: string) => (await look()).tasks.find((task) => task.key === key);

    expect(await taskOf('first')).toMatchObject({ status: 'ready', attempts: 0, startedAt: null });
    const claimed = await world.claim();
    expect(await taskOf('first')).toMatchObject({
      id: `${id}_first`,
      type: 'task',
      work: 'first',
      status: 'running',
      attempts: 1,
      startedAt: expect.any(String),
      dueAt: expect.any(String),
    });
    world.advanceClock(5);
    await world.finish(claimed, { size: 7 });
    await world.fail(await world.claim(500, ['broken']), 'no disk');

    expect(await taskOf('broken')).toMatchObject({
      name: 'Breaks',
      status: 'delayed',
      attempts: 1,
      error: { code: 'error', message: 'no disk' },
      dueAt: expect.any(String),
    });
    const detail = await look();
    expect(detail).toMatchObject({
      objectId: 'o',
      input: { x: 1 },
      dedupeKey: 'k',
      status: 'running',
      progress: { total: 4, finished: 1, failed: 0, open: 2 },
    });
    expect(detail.tasks.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'first succeeded',
      'broken delayed',
      'after ready',
      'lost pending',
    ]);
    const [first] = detail.tasks;
    expect(Date.parse(first?.finishedAt ?? '') - Date.parse(first?.startedAt ?? '')).toBe(5_000);

    await cancelInstances(world.ctx, { ids: [id], reason: 'enough' });
    expect((await look()).tasks.map(({ status }) => status)).toEqual([
      'succeeded',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    await retryInstances(world.ctx, { ids: [id] });
    expect(must(await listInstanceEvents(world.ctx, { ...page, id })).data).toMatchObject([
      { type: 'cancelled', actor: 'system', message: 'enough' },
      { type: 'retried', message: '' },
    ]);
  });

  test('has its data and attempts task by task, the newest first', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 3, delaySeconds: 0 } } } });
    const id = await world.create({ input: { x: 1 } });
    const task = `${id}_a`;
    const [first] = await world.claim();
    await world.report([
      { token: first?.token ?? '', type: 'fail', message: 'one', code: 'E1', details: { at: 3 } },
    ]);
    await world.db.sql`update task set status = 'ready', due_at = null`;
    const [second] = await world.claim();

    expect(must(await getTask(world.ctx, { id: task }))).toMatchObject({
      status: 'running',
      attempts: 2,
      output: null,
      worker: 'test',
      attemptList: [
        { number: 2, outcome: null, finishedAt: null },
        {
          number: 1,
          segment: null,
          outcome: 'failed',
          code: 'error',
          error: { message: 'one', code: 'E1', details: { at: 3 } },
        },
      ],
    });
    await world.report([{ token: second?.token ?? '', type: 'finish', output: { done: true } }]);
    expect(must(await getTask(world.ctx, { id: task }))).toMatchObject({
      status: 'succeeded',
      output: { done: true },
      attemptList: [{ number: 2, outcome: 'succeeded' }, { number: 1 }],
    });

    const one = must(await listAttempts(world.ctx, { id: task, limit: 1 }));
    const two = must(
      await listAttempts(world.ctx, { id: task, limit: 1, cursor: one.nextCursor ?? '' }),
    );
    expect([one.data[0]?.number, two.data[0]?.number, two.nextCursor]).toEqual([2, 1, null]);
  });

  test('shows a fan-out as one task, whose segments have a list of their own', async () => {
    const world = await setup({
      dag: 'all',
      nodes: { all: { type: 'fanout', items: '[10, 20, 30, 40, 50]', maxParallel: 4 } },
    });
    const id = await world.create();
    const task = `${id}_all`;
    const claimed = await world.claim();
    await world.finish(claimed.slice(0, 2), { pixels: 1 });
    await world.fail(claimed.slice(2, 3), 'bad tile');

    const [fanout] = must(await getInstance(world.ctx, { id })).tasks;
    expect(fanout).toMatchObject({
      type: 'fanout',
      status: 'running',
      attempts: 4,
      progress: 0.6,
      segments: { total: 5, succeeded: 2, failed: 1, open: 2 },
      error: { code: 'error', message: '1 of 5 segments failed' },
    });
    const segments = async (query: object) =>
      must(await listSegments(world.ctx, { ...page, id: task, ...query }));
    expect((await segments({})).data).toMatchObject([
      { id: `${task}_0`, order: 0, status: 'succeeded', attempts: 1, output: { pixels: 1 } },
      { order: 1, status: 'succeeded' },
      { order: 2, status: 'failed', error: { code: 'error', message: 'bad tile' } },
      { order: 3, status: 'running', worker: 'test', attempts: 1 },
      { order: 4, status: 'ready', attempts: 0 },
    ]);
    expect((await segments({ status: 'failed' })).data.map(({ order }) => order)).toEqual([2]);
    const first = await segments({ limit: 3 });
    const second = await segments({ limit: 3, cursor: first.nextCursor ?? '' });
    expect(second.data.map(({ order }) => order)).toEqual([3, 4]);
    expect(second.nextCursor).toBeNull();

    expect(must(await listAttempts(world.ctx, { ...page, id: task })).data).toHaveLength(4);
    expect(
      must(await listAttempts(world.ctx, { ...page, id: task, segment: 2 })).data,
    ).toMatchObject([{ segment: 2, number: 1, outcome: 'failed' }]);
    await cancelInstances(world.ctx, { ids: [id] });
    expect((await segments({ status: 'cancelled' })).data.map(({ order }) => order)).toEqual([
      3, 4,
    ]);
  });

  test('says which branches a route took, once it has', async () => {
    const world = await setup({
      dag: 'first -> size, size -large-> shrink, size -default-> keep',
      nodes: { size: { type: 'route', cases: [{ key: 'large', when: 'true' }] } },
    });
    const id = await world.create();
    const branches = async () =>
      must(await getInstance(world.ctx, { id })).tasks.map((task) => [task.key, task.branches]);

    expect(await branches()).toContainEqual(['size', null]);
    await world.finish(await world.claim());
    expect(await branches()).toEqual([
      ['first', null],
      ['size', ['large']],
      ['shrink', null],
      ['keep', null],
    ]);
  });

  test('leads to the child that its task runs, and from there back', async () => {
    const world = await setup({
      dag: 'prepare, run',
      nodes: {
        run: { type: 'workflow', workflow: 'child', work: undefined },
      },
    });
    const definition = { schemaVersion: 1, nodes: [{ key: 'hold', type: 'signal' }], edges: [] };
    must(await createWorkflow(world.ctx, createWorkflowInput.parse({ key: 'child', definition })));
    must(
      await publishWorkflow(world.ctx, {
        workflow: 'child',
        summary: '',
        ifMatch: null,
      }),
    );
    const id = await world.create();
    const run = async () => must(await getTask(world.ctx, { id: `${id}_run` }));
    expect(await run()).toMatchObject({ childId: null });

    const handed = await handOut(world.db.sql, {
      projectId: world.ctx.projectId,
      works: [INTERNAL_WORKS.workflow],
      max: 1,
      worker: 'test',
      now: world.ctx.clock(),
      defaultDispatchSeconds: 60,
      defaultRunSeconds: 60,
      delivery: 'internal',
      leaseSeconds: 60,
    });
    const child = { workflow: 'child', version: null, objectId: null, wait: true };
    await startChildren(
      world.ctx,
      handed.map((task) => ({ ...task, workflow: 'test', child })),
    );
    const { childId } = await run();
    expect(await run()).toMatchObject({ status: 'running', attemptList: [{ childId }] });
    expect(must(await getInstance(world.ctx, { id: childId ?? '' }))).toMatchObject({
      workflow: 'child',
      objectId: 'object',
      parent: { instanceId: id, task: 'run' },
    });
    expect(must(await getInstance(world.ctx, { id }))).toMatchObject({ parent: null });

    // What ended the task is told by its attempt.
    await cancelInstances(world.ctx, { ids: [id] });
    expect(await run()).toMatchObject({ status: 'cancelled', childId, attemptList: [{ childId }] });
  });

  test('of another project is not there', async () => {
    const world = await setup({ dag: 'a' });
    const id = await world.create();
    const elsewhere = { ...world.ctx, projectId: 2 };

    expect(await getInstance(elsewhere, { id })).toMatchObject({ refused: 'not_found' });
    expect(await getTask(elsewhere, { id: `${id}_a` })).toMatchObject({ refused: 'not_found' });
    expect(await listInstanceEvents(elsewhere, { ...page, id })).toMatchObject({
      refused: 'not_found',
    });
    expect(must(await listInstances(elsewhere, page)).data).toEqual([]);
  });
});

describe('what instances wait for', () => {
  let world: World;
  const ids = new Map<string, string>();
  const list = async (query: object) =>
    must(await listInstances(world.ctx, listInstancesInput.parse({ ...page, ...query })));
  const objects = async (query: object) => (await list(query)).data.map(({ objectId }) => objectId);

  /** Runs of `both` wait for a person and an event, those of `test` for an event, and `done` no longer does. */
  beforeAll(async () => {
    world = await setup({
      lifetime: 'file',
      dag: 'go',
      nodes: { go: { type: 'signal', signal: 'go' } },
    });
    const { ctx } = world;
    // Ids of one process rise: later than all that the worlds before this one made.
    world.advanceClock(86_400);
    const definition = {
      schemaVersion: 1,
      nodes: [
        { key: 'ask', type: 'signal', approval: true },
        { key: 'stock', type: 'signal' },
        { key: 'last', type: 'signal' },
      ],
      edges: [{ from: 'ask', to: 'last' }],
    };
    must(await createWorkflow(ctx, createWorkflowInput.parse({ key: 'both', definition })));
    must(await publishWorkflow(ctx, { workflow: 'both', summary: '', ifMatch: null }));
    for (const [objectId, workflow] of [
      ['old', 'test'],
      ['both', 'both'],
      ['done', 'test'],
      ['new', 'test'],
      ['said', 'both'],
    ] as const) {
      const made = must(await createInstances(ctx, { workflow, instances: [{ objectId }] }));
      ids.set(objectId, made.results[0]?.ok ? made.results[0].id : '');
      world.advanceClock(60);
    }
    must(await sendSignal(ctx, { id: idOf('done'), name: 'go' }));
    must(await sendSignal(ctx, { id: idOf('said'), name: 'ask', payload: { approved: true } }));
  });

  function idOf(objectId: string): string {
    return ids.get(objectId) ?? '';
  }

  test('is said of each of a page, and of one', async () => {
    const { data } = await list({});

    expect(data.map(({ objectId, waitingFor }) => [objectId, waitingFor])).toEqual([
      ['said', ['signal']],
      ['new', ['signal']],
      ['done', []],
      ['both', ['approval', 'signal']],
      ['old', ['signal']],
    ]);
    expect(must(await getInstance(world.ctx, { id: idOf('both') })).waitingFor).toEqual([
      'approval',
      'signal',
    ]);
  });

  test.each([
    [{ waitingFor: 'approval' }, ['both']],
    [{ waitingFor: 'signal' }, ['said', 'new', 'both', 'old']],
    [{ waitingFor: 'approval,signal' }, ['said', 'new', 'both', 'old']],
    [{ waitingFor: 'signal', workflow: 'test' }, ['new', 'old']],
    [{ waitingFor: 'signal', workflow: 'both', version: '1' }, ['said', 'both']],
    [{ waitingFor: 'signal', status: 'paused' }, []],
    [{ waitingFor: 'signal', objectId: 'old' }, ['old']],
    [{ waitingFor: 'signal', search: 'OLD' }, ['old']],
    [{ waitingFor: 'signal', search: 'old' }, ['old']],
    [{ waitingFor: 'signal', search: 'done' }, []],
  ])('narrows the list by %j', async (query, expected) => {
    expect(await objects(query)).toEqual(expected);
    const { counts } = must(
      await countInstances(world.ctx, countInstancesInput.parse({ ...query })),
    );
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(expected.length);
  });

  test('narrows it beside a period, a whole id, and page by page', async () => {
    const { data } = await list({});
    const [, from, , to] = data.map(({ createdAt }) => createdAt);
    const first = await list({ waitingFor: 'signal', limit: 3 });

    expect(await objects({ waitingFor: 'signal', from: to, to: from })).toEqual(['both']);
    expect(await objects({ waitingFor: 'approval', search: idOf('both') })).toEqual(['both']);
    expect(await objects({ waitingFor: 'approval', search: idOf('new') })).toEqual([]);
    expect(first.nextCursor).not.toBeNull();
    expect(await objects({ waitingFor: 'signal', limit: 3, cursor: first.nextCursor })).toEqual([
      'old',
    ]);
  });

  test('is read off an index of its own, however many tasks are live', async () => {
    await world.db.sql`
      insert into task (project_id, instance_id, node, segment, work, status, priority, opened_at)
      select project_id, instance_id, 100, n, 'resize', 'ready', 0, opened_at
      from task, generate_series(1, 5000) as n
      where instance_id = ${idOf('old')}
    `;
    await world.db.sql`analyze task`;
    const range = { workflowId: null, versionId: null, statuses: INSTANCE_STATUSES };
    const { sql } = world.db;
    const plan = await sql`
      explain (format json) ${newestIds(
        world.ctx,
        sql,
        { ...range, filter: { waitingFor: ['signal', 'approval'] } },
        { before: null, most: 50 },
      )}
    `;

    expect(JSON.stringify(plan)).toContain('task_asked');
    expect(JSON.stringify(plan)).not.toContain('Seq Scan');
  });
});
