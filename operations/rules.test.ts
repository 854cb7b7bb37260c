/** The rules that must always hold, each as tests of its own; the races with two processes, each with connections and lanes of its own. */
import { describe, expect, test } from 'vitest';
import { setup, type World } from '../test/setup.ts';
import { admitInstances } from './instances/admit.ts';
import { cancelInstances } from './instances/cancel.ts';
import { createInstances } from './instances/create.ts';
import { retryInstances } from './instances/retry.ts';
import { releaseDelays } from './sweeps/delays.ts';
import { sweepTimeouts } from './sweeps/timeouts.ts';
import { claimTasks, type ClaimedTask } from './tasks/claim.ts';
import { claimForPush, recordDeliveries } from './tasks/push.ts';
import { reportTasks } from './tasks/report.ts';
import { isRefusal } from './refusal.ts';

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length !== 1) {
    throw new Error(`expected one, got ${items.length}`);
  }
  return item;
}

const ok = { ok: true };
const stale = { ok: false, code: 'stale_attempt' };

async function attemptsOf(world: World, id: string) {
  return world.db.sql`
    select node, segment, number, outcome, code, error
    from attempt
    where instance_id = ${id}
    order by node, segment, number
  `;
}

describe('rule 1: one live attempt per task; a report on another is refused and changes nothing', () => {
  test('two claims at once never get the same task', async () => {
    const world = await setup({ dag: 'a' });
    const other = world.another();
    await createInstances(world.ctx, {
      workflow: 'test',
      instances: Array.from({ length: 200 }, (_, index) => ({ objectId: `o${index}` })),
    });
    const request = { works: ['a'], max: 30, worker: 'w' };

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => claimTasks(index % 2 ? world.ctx : other, request)),
    );
    const ids = answers.flatMap((answer) =>
      isRefusal(answer) ? [] : answer.tasks.map(({ id }) => id),
    );

    expect(ids.length).toBe(200);
    expect(new Set(ids).size).toBe(200);
  });

  test('a report on an attempt that timed out is refused, and the next attempt goes on undisturbed', async () => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { timeouts: { runSeconds: 10 }, retry: { limit: 1, delaySeconds: 0 } } },
    });
    const id = await world.create();
    const late = only(await world.claim());

    world.advanceClock(11);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    await releaseDelays(world.ctx);
    const second = only(await world.claim());

    expect(second.attempt).toBe(2);
    expect(await world.finish([late], 'late')).toMatchObject([stale]);
    expect(await world.finish([second], 'in time')).toEqual([ok]);
    expect((await world.look(id)).status).toBe('succeeded');
    expect(await attemptsOf(world, id)).toMatchObject([
      { number: 1, outcome: 'failed', code: 'run_timeout' },
      { number: 2, outcome: 'succeeded' },
    ]);
  });

  test('a token that was guessed or altered is refused', async () => {
    const world = await setup({ dag: 'a' });
    await world.create();
    const { token } = only(await world.claim());
    const altered = `${token.slice(0, -4)}AAAA`;

    expect(
      await world.report([
        { token: altered, type: 'finish' },
        { token: 'nonsense', type: 'finish' },
        { token, type: 'finish' },
      ]),
    ).toMatchObject([stale, { ok: false, code: 'invalid_request' }, ok]);
  });

  test('a heartbeat of a cancelled task is refused and says that the worker should stop', async () => {
    const world = await setup({ dag: 'a' });
    const id = await world.create();
    const { token } = only(await world.claim());
    await cancelInstances(world.ctx, { ids: [id], reason: 'a test' });

    expect(await world.report([{ token, type: 'heartbeat' }])).toMatchObject([
      { ...stale, cancelled: true },
    ]);
    expect(await world.finish([{ token } as ClaimedTask])).toMatchObject([stale]);
    expect((await world.look(id)).status).toBe('cancelled');
  });
});

describe('rule 2: the same report twice is one report, and is answered as the first', () => {
  for (const report of [
    { type: 'finish', output: 1 },
    { type: 'fail', message: 'no' },
    { type: 'raise', message: 'no', stack: 'at x' },
    { type: 'delay', seconds: 5 },
    { type: 'reject' },
  ] as const) {
    test(`${report.type}: one after the other, in one batch, and over two connections at once`, async () => {
      const world = await setup({ dag: 'a' });
      const other = world.another();
      const ids = [await world.create(), await world.create(), await world.create()];
      const [one, two, three] = await world.claim();
      const of = (task: ClaimedTask | undefined) => ({ token: task?.token ?? '', ...report });

      expect(await world.report([of(one)])).toEqual([ok]);
      expect(await world.report([of(one)])).toEqual([ok]);
      expect(await world.report([of(two), of(two)])).toEqual([ok, ok]);
      expect(
        await Promise.all([reportTasks(world.ctx, [of(three)]), reportTasks(other, [of(three)])]),
      ).toEqual([[ok], [ok]]);
      for (const id of ids) {
        expect(await attemptsOf(world, id)).toHaveLength(1);
      }
    });
  }

  test('another report after the end is refused', async () => {
    const world = await setup({ dag: 'a' });
    await world.create();
    const { token } = only(await world.claim());

    expect(
      await world.report([
        { token, type: 'start' },
        { token, type: 'finish', output: 'kept' },
        { token, type: 'fail', message: 'too late' },
      ]),
    ).toMatchObject([ok, ok, stale]);
  });
});

describe('rule 3: one failure leads to exactly one retry or one final failure, however many race', () => {
  test('reports over two processes and two sweeps race for one failure', async () => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { timeouts: { runSeconds: 10 }, retry: { limit: 1, delaySeconds: 3 } } },
    });
    const other = world.another();
    const ids = await Promise.all(Array.from({ length: 20 }, () => world.create()));
    const tasks = await world.claim();
    world.advanceClock(11);

    await Promise.all([
      sweepTimeouts(world.ctx),
      sweepTimeouts(other),
      ...tasks.flatMap(({ token }) => [
        reportTasks(world.ctx, [{ token, type: 'fail', message: 'one' }]),
        reportTasks(other, [{ token, type: 'raise', message: 'two' }]),
      ]),
    ]);

    for (const id of ids) {
      expect(await attemptsOf(world, id)).toHaveLength(1);
    }
    const live = await world.db.sql`select failures, attempt, status from task`;
    expect(live).toHaveLength(20);
    expect(live.every((task) => task.failures === 1 && task.status === 'delayed')).toBe(true);

    world.advanceClock(3);
    await Promise.all([releaseDelays(world.ctx), releaseDelays(other)]);
    const again = await world.claim();
    expect(again.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, () => 2));
    await world.fail(again);
    for (const id of ids) {
      expect((await world.look(id)).status).toBe('failed');
    }
  });

  test('two people who retry the same instance start it once', async () => {
    const world = await setup({ dag: 'a -> b' });
    const other = world.another();
    const id = await world.create();
    await world.fail(await world.claim());

    const answers = await Promise.all([
      retryInstances(world.ctx, { ids: [id] }),
      retryInstances(other, { ids: [id] }),
    ]);
    const results = answers.flatMap((answer) => (isRefusal(answer) ? [] : answer.results));

    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await world.runAll()).toEqual(['a', 'b']);
    expect(await world.look(id)).toMatchObject({ status: 'succeeded', error: null });
  });

  test('a failure that is not retryable, or used up its retries, is final', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 3, delaySeconds: 0 } } } });
    const id = await world.create();
    const { token } = only(await world.claim());
    await world.report([{ token, type: 'fail', message: 'broken file', retryable: false }]);

    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'a', code: 'error', message: 'broken file' },
    });
  });
});

describe('rule 4: a join opens exactly once, and no task is lost', () => {
  test('the parents of a join end at the same moment over two processes', async () => {
    const width = 12;
    const parents = Array.from({ length: width }, (_, index) => `p${index}`);
    const world = await setup({ dag: parents.map((key) => `${key} -> join`).join(', ') });
    const other = world.another();
    const ids = await Promise.all(Array.from({ length: 10 }, () => world.create()));
    const tasks = await world.claim();
    expect(tasks).toHaveLength(width * ids.length);

    await Promise.all(
      tasks.map(({ token }, index) =>
        reportTasks(index % 2 ? world.ctx : other, [{ token, type: 'finish' }]),
      ),
    );

    const joins = await world.claim(500, ['join']);
    expect(joins.map(({ instanceId }) => instanceId).toSorted()).toEqual(ids.toSorted());
    await world.finish(joins);
    for (const id of ids) {
      expect((await world.look(id)).status).toBe('succeeded');
    }
  });

  test('the segments of a fan-out end over two processes, some after a retry', async () => {
    const world = await setup({
      dag: 'each -> join',
      nodes: {
        each: {
          type: 'fanout',
          items: 'range(100)',
          maxParallel: 30,
          retry: { limit: 1, delaySeconds: 0 },
        },
      },
    });
    const other = world.another();
    const id = await world.create();

    for (let tasks = await world.claim(500, ['each']); tasks.length > 0;) {
      expect(tasks.length).toBeLessThanOrEqual(30);
      await Promise.all(
        tasks.map(({ token, attempt, segment }, index) =>
          reportTasks(index % 2 ? world.ctx : other, [
            attempt === 1 && (segment?.order ?? 0) % 7 === 0
              ? { token, type: 'fail', message: 'once' }
              : { token, type: 'finish', output: segment?.order ?? null },
          ]),
        ),
      );
      await releaseDelays(world.ctx);
      tasks = await world.claim(500, ['each']);
    }

    await world.finish([only(await world.claim())]);
    expect((await world.look(id)).status).toBe('succeeded');
    expect(await world.db.sql`select from task`).toHaveLength(0);
  });

  test('a retry repeats only the segments that failed', async () => {
    const world = await setup({
      dag: 'each -> join',
      nodes: {
        each: { type: 'fanout', items: 'range(5)' },
        join: { input: '{{ tasks.each.output }}' },
      },
    });
    const id = await world.create();
    const segments = await world.claim();
    await world.finish(segments.slice(0, 3), 'kept');
    await world.fail(segments.slice(3));
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      nodes: { each: 'failed', join: 'upstream_failed' },
    });

    await retryInstances(world.ctx, { ids: [id] });
    const again = await world.claim();
    expect(again.map(({ segment, attempt }) => [segment?.order, attempt])).toEqual([
      [3, 2],
      [4, 2],
    ]);
    await world.finish(again, 'again');
    const join = only(await world.claim());
    expect(join.input).toEqual(['kept', 'kept', 'kept', 'again', 'again']);
  });
});

describe('rule 5: limits are never exceeded, and who comes first is decided by priority, then FIFO or LIFO', () => {
  for (const [order, expected] of [
    ['fifo', ['urgent', 'o0', 'o1', 'o2', 'o3']],
    ['lifo', ['urgent', 'o3', 'o2', 'o1', 'o0']],
  ] as const) {
    test(`maxRunning holds under two processes that admit, in the order of ${order}`, async () => {
      const world = await setup({ dag: 'a', workflow: { maxRunning: 1, order } });
      const other = world.another();
      for (let index = 0; index < 4; index += 1) {
        await world.create({ objectId: `o${index}` });
      }
      await world.create({ objectId: 'urgent', priority: 5 });
      const ran: string[] = [];

      for (;;) {
        await Promise.all(
          [world.ctx, other, world.ctx, other].map((ctx) => admitInstances(ctx, world.workflowId)),
        );
        const running = await world.db.sql`select from instance where status = 'running'`;
        expect(running.length).toBeLessThanOrEqual(1);
        const tasks = await world.claim();
        if (tasks.length === 0) {
          break;
        }
        ran.push(...tasks.map(({ objectId }) => objectId));
        await world.finish(tasks);
      }
      expect(ran).toEqual(expected);
    });
  }

  test('a claim takes the higher priority, then the older instance, then the earlier node', async () => {
    const world = await setup({ dag: 'a, b' });
    const old = await world.create();
    const young = await world.create();
    const urgent = await world.create({ priority: 1 });

    expect((await world.claim()).map(({ instanceId, task }) => [instanceId, task])).toEqual([
      [urgent, 'a'],
      [urgent, 'b'],
      [old, 'a'],
      [old, 'b'],
      [young, 'a'],
      [young, 'b'],
    ]);
  });

  test("a work's maxConcurrent holds under claims of two processes", async () => {
    const world = await setup({ dag: 'a', work: { max_concurrent: 3 } });
    const other = world.another();
    await createInstances(world.ctx, {
      workflow: 'test',
      instances: Array.from({ length: 20 }, (_, index) => ({ objectId: `o${index}` })),
    });
    const claimAll = async () => {
      const answers = await Promise.all(
        [world.ctx, other, world.ctx, other].map((ctx) =>
          claimTasks(ctx, { works: ['a'], max: 5, worker: 'w' }),
        ),
      );
      return answers.flatMap((answer) => (isRefusal(answer) ? [] : answer.tasks));
    };

    let done = 0;
    for (let tasks = await claimAll(); tasks.length > 0; tasks = await claimAll()) {
      expect(tasks).toHaveLength(Math.min(3, 20 - done));
      expect(await claimAll()).toHaveLength(0);
      await world.finish(tasks);
      done += tasks.length;
    }
    expect(done).toBe(20);
  });

  test('a push that was to be repeated counts again when its endpoint turns out to be at work', async () => {
    const world = await setup({
      dag: 'a',
      work: { delivery: 'push', url: 'http://endpoint.test', max_concurrent: 1 },
    });
    await world.create();
    await world.create();
    const push = async () =>
      (await claimForPush(world.ctx, { work: 'a', max: 5, worker: 'pump' }))?.tasks ?? [];
    const [{ token } = { token: '' }] = await push();

    await recordDeliveries(world.ctx, [{ token, verdict: 'retry', afterMs: 60_000 }]);
    expect(await world.report([{ token, type: 'heartbeat' }])).toEqual([ok]);
    expect(await push()).toEqual([]);
  });

  test("a work's rate holds under claims of two processes, and its tokens come back with time", async () => {
    const world = await setup({ dag: 'a', work: { rate_limit: 4, rate_seconds: 2 } });
    const other = world.another();
    await createInstances(world.ctx, {
      workflow: 'test',
      instances: Array.from({ length: 20 }, (_, index) => ({ objectId: `o${index}` })),
    });
    const claimAll = async () => {
      const clock = world.ctx.clock;
      const answers = await Promise.all(
        [world.ctx, { ...other, clock }, world.ctx].map((ctx) =>
          claimTasks(ctx, { works: ['a'], max: 5, worker: 'w' }),
        ),
      );
      return answers.flatMap((answer) => (isRefusal(answer) ? [] : answer.tasks)).length;
    };

    expect(await claimAll()).toBe(4);
    world.advanceClock(1);
    expect(await claimAll()).toBe(2);
    expect(await claimAll()).toBe(0);
    world.advanceClock(60);
    expect(await claimAll()).toBe(4);
  });
});

describe('rule 6: context patches of concurrent reports all survive, in the order of their commits', () => {
  test('patches of parallel tasks over two processes are merged', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `t${index}`);
    const world = await setup({ dag: keys.join(', ') });
    const other = world.another();
    const id = await world.create();
    const tasks = await world.claim();

    await Promise.all(
      tasks.map(({ token, task }, index) =>
        reportTasks(index % 2 ? world.ctx : other, [
          { token, type: 'context', patch: { seen: { [task]: true } } },
          { token, type: 'finish', context: { done: { [task]: index } } },
        ]),
      ),
    );

    expect((await world.look(id)).context).toEqual({
      seen: Object.fromEntries(keys.map((key) => [key, true])),
      done: Object.fromEntries(tasks.map(({ task }, index) => [task, index])),
    });
  });

  test('null removes a member, and a patch of a refused report is not applied', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    const [first] = await world.claim();
    const token = first?.token ?? '';
    await world.report([{ token, type: 'finish', context: { keep: 1, drop: { x: 1 } } }]);
    await world.report([{ token, type: 'context', patch: { keep: 'overwritten' } }]);
    const second = only(await world.claim());
    await world.report([{ token: second.token, type: 'finish', context: { drop: null } }]);

    expect((await world.look(id)).context).toEqual({ keep: 1 });
  });
});

describe('rule 7: waiting in a queue is never a timeout', () => {
  const startReported = { dispatch_seconds: 30, start_report: true };

  test('a backlog that nobody has started is left alone, however long it waits', async () => {
    const world = await setup({ dag: 'a', work: startReported });
    await Promise.all(Array.from({ length: 50 }, () => world.create()));
    const tasks = await world.claim();
    expect(tasks).toHaveLength(50);

    for (let minute = 0; minute < 10; minute += 1) {
      world.advanceClock(60);
      expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 0 });
    }
    expect(await world.finish(tasks)).toEqual(tasks.map(() => ok));
  });

  test('a hand-out that a later one has overtaken was lost, and only that one fails', async () => {
    const world = await setup({ dag: 'a', work: startReported });
    const ids = [await world.create(), await world.create(), await world.create()];
    const lost = only(await world.claim(1));
    world.advanceClock(1);
    const second = only(await world.claim(1));
    world.advanceClock(1);
    const third = only(await world.claim(1));
    await world.report([{ token: second.token, type: 'start' }]);

    world.advanceClock(60);
    await sweepTimeouts(world.ctx);
    expect(await world.look(ids[0] ?? '')).toMatchObject({
      status: 'failed',
      error: { code: 'dispatch_timeout' },
    });
    expect(await world.finish([lost])).toMatchObject([stale]);
    expect(await world.finish([second, third])).toEqual([ok, ok]);
  });

  test('the total timeout counts from the first hand-out, not from waiting for it', async () => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { timeouts: { totalSeconds: 60 }, retry: { limit: 9, delaySeconds: 50 } } },
    });
    const id = await world.create();
    world.advanceClock(3_600);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 0 });
    await world.fail(await world.claim());

    world.advanceClock(51);
    await releaseDelays(world.ctx);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 0 });
    world.advanceClock(10);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    expect(await world.look(id)).toMatchObject({ error: { code: 'total_timeout' } });
  });

  test('raising the run timeout of a work lets go on what runs', async () => {
    const world = await setup({ dag: 'a', work: { run_seconds: 60 } });
    const id = await world.create();
    await world.claim();
    await world.db.sql`update work set run_seconds = 600`;

    world.advanceClock(61);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 0, waiting: 1 });
    world.advanceClock(540);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    expect(await world.look(id)).toMatchObject({ error: { code: 'run_timeout' } });
  });

  test('absolute mode is the plain clock', async () => {
    const world = await setup({ dag: 'a', work: { ...startReported, dispatch_mode: 'absolute' } });
    const id = await world.create();
    await world.claim();
    world.advanceClock(31);

    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    expect(await world.look(id)).toMatchObject({ error: { code: 'dispatch_timeout' } });
  });

  test("absolute mode of a node goes before its work's", async () => {
    const world = await setup({
      dag: 'a, b',
      nodes: { a: { timeouts: { dispatchMode: 'absolute' } } },
      work: startReported,
    });
    const id = await world.create();
    await world.claim();
    world.advanceClock(31);

    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1, waiting: 1 });
    expect(await world.look(id)).toMatchObject({ error: { task: 'a' } });
  });

  test('the run timeout counts from the start, the heartbeat timeout from the last sign of life', async () => {
    const world = await setup({
      dag: 'a, b',
      nodes: {
        a: { timeouts: { heartbeatSeconds: 10 } },
        b: { timeouts: { runSeconds: 30 } },
      },
    });
    const id = await world.create();
    const [a, b] = await world.claim();

    for (let beat = 0; beat < 3; beat += 1) {
      world.advanceClock(9);
      expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 0 });
      expect(
        await world.report([
          { token: a?.token ?? '', type: 'heartbeat', progress: beat / 3 },
          { token: b?.token ?? '', type: 'heartbeat' },
        ]),
      ).toEqual([ok, ok]);
    }
    world.advanceClock(9);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    expect(await world.look(id)).toMatchObject({ error: { task: 'b', code: 'run_timeout' } });
    world.advanceClock(2);
    expect(await sweepTimeouts(world.ctx)).toMatchObject({ failed: 1 });
    expect((await world.look(id)).status).toBe('failed');
  });
});
