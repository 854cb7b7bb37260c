import { describe, expect, test } from 'vitest';
import { setup, type World } from '../../test/setup.ts';
import type { Reason } from '#engine/explain/reasons.ts';
import { isRefusal } from '../refusal.ts';
import { claimForPush, recordDeliveries } from '../tasks/push.ts';
import { admitInstances } from './admit.ts';
import { cancelInstances } from './cancel.ts';
import { pauseInstances } from './pause.ts';
import { explainInstanceById, explainTaskById } from './why.ts';

async function why(world: World, id: string) {
  const answer = await explainInstanceById(world.ctx, { id });
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer;
}

/** Without the hint, true in all of these tests, that no process of ours is running. */
function codes(reasons: readonly Reason[]): string[] {
  return reasons.map(({ code }) => code).filter((code) => code !== 'scheduler_down');
}

async function codesOf(world: World, id: string): Promise<Record<string, string[]>> {
  const { reasons, tasks } = await why(world, id);
  return Object.fromEntries([
    ['instance', codes(reasons)],
    ...tasks.map(({ key, reasons: list }) => [key, codes(list)]),
  ]);
}

async function whyTask(world: World, id: string) {
  const answer = await explainTaskById(world.ctx, { id });
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer;
}

describe('an instance that has not begun', () => {
  test('says when it is to run', async () => {
    const world = await setup({ dag: 'a -> b' });
    const runAt = at(world.ctx.clock().getTime() + 60_000);
    const id = await world.create({ runAt });

    expect(await codesOf(world, id)).toEqual({
      instance: ['scheduled_later'],
      a: ['scheduled_later'],
      b: ['upstream_pending'],
    });
    expect((await why(world, id)).reasons[0]).toMatchObject({
      params: { kind: 'run_at' },
      unblockedBy: 'time',
      unblocksAt: runAt,
    });
  });

  test.each([
    ['fifo' as const, [0, 1, 2]],
    ['lifo' as const, [2, 1, 0]],
  ])('says its place in line, %s', async (order, places) => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1, order, enabled: false } });
    const ids = [await world.create(), await world.create(), await world.create()];

    expect(await codesOf(world, ids[0] ?? '')).toMatchObject({ instance: ['workflow_disabled'] });
    const ahead = await Promise.all(ids.map(async (id) => (await why(world, id)).reasons[0]));
    expect(ahead.map((one) => one?.params)).toEqual(
      places.map((place) => ({ workflow: 'test', ahead: place })),
    );
  });

  test('says who has its slot', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    await world.create();
    await admitInstances(world.ctx, world.workflowId);
    const id = await world.create();

    expect((await why(world, id)).reasons[0]).toMatchObject({
      code: 'slot_limit',
      params: { running: 1, limit: 1, order: 'fifo', ahead: 0 },
      links: [{ type: 'workflow', id: 'test' }],
    });
  });

  test('says who has its object', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    const first = await world.create({ objectId: 'one' });
    const second = await world.create({ objectId: 'one' });

    expect((await why(world, second)).reasons[0]).toMatchObject({
      code: 'object_busy',
      params: { objectId: 'one', instance: first },
      links: [{ type: 'instance', id: first }],
    });
  });

  test('is ready where there is room, and says that nobody of ours is there to start it', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    const id = await world.create();
    const { reasons } = await why(world, id);

    expect(reasons.map(({ code }) => code)).toEqual(['ready', 'scheduler_down']);
  });
});

describe('a task that waits for a worker', () => {
  test('says that nobody asks for its work, and no longer once somebody does', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();

    expect(await codesOf(world, id)).toEqual({
      instance: ['tasks_open'],
      a: ['no_reachable_worker', 'ready'],
      b: ['upstream_pending'],
    });

    await world.claim(1);
    const other = await world.create();
    await pulseNoted(world);
    expect((await codesOf(world, other)).a).toEqual(['ready']);

    world.advanceClock(21);
    const task = await whyTask(world, `${other}_a`);
    expect(task.status).toBe('ready');
    expect(task.reasons[0]).toMatchObject({
      code: 'no_reachable_worker',
      params: { work: 'a', delivery: 'pull', inHand: 1, lastClaimAt: expect.any(String) },
      unblockedBy: 'worker',
      links: [{ type: 'work', id: 'a' }],
    });
  });

  test('says how many come before it', async () => {
    const world = await setup({ dag: 'a' });
    const ids = [await world.create(), await world.create(), await world.create({ priority: 5 })];
    const lines = await Promise.all(ids.map((id) => whyTask(world, `${id}_a`)));

    expect(lines.map(({ reasons }) => reasons.at(-1)?.params)).toEqual([
      { work: 'a', ahead: 1 },
      { work: 'a', ahead: 2 },
      { work: 'a', ahead: 0 },
    ]);
  });

  test('says which limit of its work is used up', async () => {
    const world = await setup({
      dag: 'a',
      work: { max_concurrent: 1, rate_limit: 1, rate_seconds: 60 },
    });
    await world.create();
    await world.claim(1);
    const id = await world.create();
    await pulseNoted(world);

    const { reasons } = await whyTask(world, `${id}_a`);
    expect(codes(reasons)).toEqual(['work_concurrency', 'rate_limit', 'ready']);
    expect(reasons[0]?.params).toEqual({ work: 'a', running: 1, limit: 1 });
    expect(reasons[1]).toMatchObject({
      unblocksAt: new Date(world.ctx.clock().getTime() + 60_000).toISOString(),
    });
  });

  test('says that its instance is paused, by whom and why', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    await pauseInstances(world.ctx, { ids: [id], reason: 'lunch' });

    expect(await codesOf(world, id)).toEqual({
      instance: ['paused', 'tasks_open'],
      a: ['paused'],
      b: ['upstream_pending', 'paused'],
    });
    expect((await why(world, id)).reasons[0]?.params).toEqual({ by: 'system', reason: 'lunch' });
  });
});

/** The pulse of a claim is written by the way; nobody waits for it but this. */
async function pulseNoted(world: World): Promise<void> {
  await expect
    .poll(() => world.db.sql`select from work_pulse where claimed_at is not null`)
    .not.toHaveLength(0);
}

describe('a task that is held back', () => {
  test('by its delay, by its window, by a retry, by its worker', async () => {
    const later = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 16);
    const last = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(11, 16);
    const window = { from: later, to: last, timeZone: 'UTC' };
    const world = await setup({
      dag: 'a, b, c, d, e',
      nodes: {
        a: { delaySeconds: 60 },
        b: { type: 'wait', seconds: 30, work: undefined },
        c: { retry: { limit: 3, delaySeconds: 10 } },
        e: { window },
      },
    });
    const id = await world.create();
    const [c, d] = await world.claim(2, ['c', 'd']);
    await world.report([
      { token: c?.token ?? '', type: 'fail', message: 'out of paper' },
      { token: d?.token ?? '', type: 'delay', seconds: 5 },
    ]);
    const { tasks } = await why(world, id);
    const first = Object.fromEntries(tasks.map(({ key, reasons }) => [key, reasons[0]]));

    expect(first.a).toMatchObject({ code: 'scheduled_later', params: { kind: 'delay' } });
    expect(first.b).toMatchObject({ code: 'scheduled_later', params: { kind: 'wait' } });
    expect(first.e).toMatchObject({
      code: 'scheduled_later',
      params: { kind: 'window', window: { timeZone: 'UTC' } },
    });
    expect(first.c).toMatchObject({
      code: 'retry_backoff',
      params: { failures: 1, limit: 3, code: 'error', message: 'out of paper' },
      unblocksAt: expect.any(String),
    });
    expect(first.d).toMatchObject({
      code: 'scheduled_later',
      params: { kind: 'worker' },
      unblocksAt: new Date(world.ctx.clock().getTime() + 5_000).toISOString(),
    });
  });
});

describe('a task that somebody has', () => {
  test('runs: since when, until when, and when it was last heard of', async () => {
    const world = await setup({ dag: 'a', work: { run_seconds: 600, heartbeat_seconds: 30 } });
    const id = await world.create();
    const [task] = await world.claim();
    const startedAt = world.ctx.clock().getTime();
    world.advanceClock(10);
    await world.report([{ token: task?.token ?? '', type: 'heartbeat', progress: 0.4 }]);
    world.advanceClock(8);

    const answer = await whyTask(world, `${id}_a`);
    expect(answer).toMatchObject({
      status: 'running',
      reasons: [
        {
          code: 'running',
          params: { worker: 'test', attempt: 1, lastSeenAt: at(startedAt + 10_000) },
          since: at(startedAt),
          unblocksAt: at(startedAt + 600_000),
        },
      ],
    });
  });

  test('was handed out and has not begun; overdue, it is taken to wait in a queue', async () => {
    const world = await setup({ dag: 'a', work: { start_report: true, dispatch_seconds: 30 } });
    const id = await world.create();
    await world.claim();

    expect((await codesOf(world, id)).a).toEqual(['pushed_not_started']);
    world.advanceClock(31);
    expect((await codesOf(world, id)).a).toEqual(['push_backlog_hold', 'pushed_not_started']);
  });

  test('is pushed to an endpoint that does not answer', async () => {
    const world = await setup({
      dag: 'a',
      work: { delivery: 'push', url: 'http://worker.test/', secrets: ['whsec_AAAA'] },
    });
    const id = await world.create();
    expect((await codesOf(world, id)).a).toEqual(['ready']);

    const claimed = await claimForPush(world.ctx, { work: 'a', max: 1, worker: 'pump' });
    expect((await whyTask(world, `${id}_a`)).reasons[0]).toMatchObject({
      code: 'pushed_not_started',
      params: { delivering: true },
    });
    const [task] = claimed?.tasks ?? [];
    await recordDeliveries(world.ctx, [
      {
        token: task?.token ?? '',
        verdict: 'retry',
        afterMs: 8_000,
        failure: { message: 'the endpoint answered 500', status: 500 },
      },
    ]);
    const other = await world.create();

    expect((await whyTask(world, `${id}_a`)).reasons[0]).toMatchObject({
      code: 'no_reachable_worker',
      params: { delivery: 'push', deliveries: 1, message: 'the endpoint answered 500' },
      unblocksAt: at(world.ctx.clock().getTime() + 8_000),
    });
    expect((await codesOf(world, other)).a).toEqual(['no_reachable_worker', 'ready']);
    expect((await whyTask(world, `${other}_a`)).reasons[0]).toMatchObject({
      params: { deliveries: 1, message: 'the endpoint answered 500' },
    });
  });

  test('waits for a signal', async () => {
    const world = await setup({
      dag: 'ok',
      nodes: {
        ok: { type: 'signal', approval: true, prompt: 'Go with {{ object.id }}?', work: undefined },
      },
    });
    const id = await world.create();

    expect((await why(world, id)).tasks[0]?.reasons).toMatchObject([
      {
        code: 'waiting_signal',
        params: { signal: 'ok', approval: true, prompt: 'Go with object?' },
      },
    ]);
  });
});

describe('a task that Latchwork drives', () => {
  test('waits for a service: for its next status, or to be called back', async () => {
    const http = { type: 'http', work: undefined, submit: { url: 'https://service.test/' } };
    const world = await setup({
      dag: 'asked, called',
      nodes: {
        asked: {
          ...http,
          status: { request: { url: 'https://service.test/1' }, succeeded: 'true' },
        },
        called: { ...http, callback: true },
      },
    });
    const id = await world.create();
    const pollAt = world.ctx.clock().getTime() + 30_000;
    expect(await codesOf(world, id)).toMatchObject({ asked: ['ready'], called: ['ready'] });

    // As the executor leaves them once the service has taken the work.
    await world.db.sql`
      update task
      set status = 'running', attempt = 1, token = gen_random_uuid(), remote = '{}',
        started_at = ${world.ctx.clock()},
        poll_at = case when node = (select min(node) from task) then ${new Date(pollAt)}::timestamptz end
    `;
    const { tasks } = await why(world, id);
    expect(tasks.map(({ key, reasons }) => [key, reasons[0]])).toMatchObject([
      ['asked', { code: 'waiting_callback', params: { kind: 'status' }, unblocksAt: at(pollAt) }],
      ['called', { code: 'waiting_callback', params: { kind: 'callback' } }],
    ]);
  });

  test('waits for its child, and the child is told when nobody waits for it any more', async () => {
    const world = await setup({
      dag: 'p',
      nodes: { p: { type: 'workflow', workflow: 'test', work: undefined } },
    });
    const id = await world.create();
    const child = await world.create();
    const { sql } = world.db;
    await sql`
      update task
      set status = 'running', attempt = 1, token = gen_random_uuid(), child_id = ${child},
        started_at = ${world.ctx.clock()}
      where instance_id = ${id}
    `;
    await sql`
      update instance
      set parent_id = ${id}, parent_node = 0, parent_segment = -1, parent_attempt = 1,
        parent_token = (select token from task where instance_id = ${id})
      where id = ${child}
    `;

    expect((await whyTask(world, `${id}_p`)).reasons).toMatchObject([
      {
        code: 'subworkflow_running',
        params: { workflow: 'test', instance: child, status: 'running' },
        links: [{ type: 'instance', id: child }],
      },
    ]);
    expect((await codesOf(world, child)).instance).toEqual(['tasks_open']);

    await cancelInstances(world.ctx, { ids: [id] });
    expect((await why(world, child)).reasons[0]).toMatchObject({
      code: 'cancel_requested',
      params: { parent: id },
    });
  });
});

describe('a fan-out', () => {
  test('says how far its segments are, and why they wait, in groups', async () => {
    const world = await setup({
      dag: 'f',
      nodes: { f: { type: 'fanout', items: 'input.items', work: 'f', maxParallel: 3 } },
    });
    const id = await world.create({ input: { items: [1, 2, 3, 4, 5] } });
    const [first] = await world.claim(2);
    await world.finish(first ? [first] : []);

    const { status, reasons } = await whyTask(world, `${id}_f`);
    expect(status).toBe('running');
    expect(reasons.map(({ code, count }) => [code, count])).toEqual([
      ['segments_incomplete', undefined],
      ['running', 1],
      ['ready', 2],
    ]);
    expect(reasons[0]?.params).toEqual({
      total: 5,
      succeeded: 1,
      failed: 0,
      underWay: 3,
      inLine: 1,
    });
  });

  test('explains each segment: ended, running, ready, in line', async () => {
    const world = await setup({
      dag: 'f',
      nodes: { f: { type: 'fanout', items: 'input.items', work: 'f', maxParallel: 2 } },
    });
    const id = await world.create({ input: { items: [1, 2, 3, 4] } });
    const [first] = await world.claim(1);
    await world.finish(first ? [first] : []);
    await world.claim(1);
    const segments = await Promise.all(
      [0, 1, 2, 3].map((order) => whyTask(world, `${id}_f_${order}`)),
    );

    expect(segments.map(({ status, reasons }) => [status, codes(reasons)])).toEqual([
      ['succeeded', []],
      ['running', ['running']],
      ['ready', ['ready']],
      ['pending', ['segments_incomplete']],
    ]);
    expect(await explainTaskById(world.ctx, { id: `${id}_f_4` })).toMatchObject({
      refused: 'not_found',
    });
  });
});

describe('what never ran', () => {
  test('says which route passed it by, and which failure', async () => {
    const world = await setup({
      dag: 'r -yes-> a, r -default-> b, b -> c',
      nodes: { r: { type: 'route', cases: [{ key: 'yes', when: 'input.yes' }], work: undefined } },
    });
    const id = await world.create({ input: { yes: false } });
    await world.fail(await world.claim());
    const { status, reasons, tasks } = await why(world, id);

    expect([status, reasons]).toEqual(['failed', []]);
    expect(Object.fromEntries(tasks.map(({ key, reasons: list }) => [key, list[0]]))).toMatchObject(
      {
        a: { code: 'route_not_taken', params: { routes: [{ route: 'r', branch: 'yes' }] } },
        c: { code: 'upstream_failed', params: { failed: ['b'] } },
      },
    );
  });

  test('an instance that was cancelled needs no reasons', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    await cancelInstances(world.ctx, { ids: [id] });

    expect(await codesOf(world, id)).toEqual({ instance: [] });
  });
});

function at(ms: number): string {
  return new Date(ms).toISOString();
}
