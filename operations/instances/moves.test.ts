import { describe, expect, test } from 'vitest';
import { takeJobs } from '#test/jobs.ts';
import { setup, type World } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from '../signals/send.ts';
import { sweep } from '../sweeps/sweep.ts';
import { listSegments } from '../tasks/segments.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { saveDraft } from '../drafts/save.ts';
import { admitInstances } from './admit.ts';
import { cancelInstances } from './cancel.ts';
import { previewVersionChange } from './change_version.ts';
import { getInstance } from './get.ts';
import type { Moved } from './move.ts';
import { MOVES, type MoveName } from './moves.ts';

async function move(world: World, name: MoveName, id: string, params: object = {}): Promise<Moved> {
  const made = await MOVES[name].make(world.ctx, { ids: [id], ...params });
  if (isRefusal(made)) {
    throw new Error(`${made.message} ${JSON.stringify(made.errors)}`);
  }
  const [one] = made.results;
  if (one === undefined) {
    throw new Error('no answer');
  }
  return one;
}

async function eventsOf(world: World, id: string) {
  return world.db.sql`
    select type, message, data from instance_event where instance_id = ${id} order by id
  `;
}

const sweepNow = (world: World) => sweep(world.ctx, { renew: true });

describe('starting over from a node', () => {
  test('runs it and all behind it again, and keeps the rest', async () => {
    const world = await setup({ dag: 'a -> b, b -> c, a -> d' });
    const id = await world.create();
    await world.runAll();
    expect((await world.look(id)).status).toBe('succeeded');

    expect(await move(world, 'restart', id, { from: 'b', reason: 'bad input' })).toMatchObject({
      ok: true,
    });
    expect(await world.look(id)).toMatchObject({
      status: 'running',
      nodes: { a: 'succeeded', b: 'open', c: 'pending', d: 'succeeded' },
    });
    expect(await world.runAll()).toEqual(['b', 'c']);
    expect((await world.look(id)).status).toBe('succeeded');
    expect(await eventsOf(world, id)).toMatchObject([
      { type: 'restarted', message: 'bad input', data: { from: 'b' } },
    ]);
  });

  test('takes what runs behind it away from its workers', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    await world.finish(await world.claim());
    const held = await world.claim();

    await move(world, 'restart', id, { from: 'a' });
    expect(await world.finish(held)).toMatchObject([{ ok: false, code: 'stale_attempt' }]);
    expect(await world.runAll()).toEqual(['a', 'b']);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('joins the queue where the workflow has a limit', async () => {
    const world = await setup({ dag: 'a -> b', workflow: { maxRunning: 1 } });
    const first = await world.create();
    await admitInstances(world.ctx, world.workflowId);
    await world.runAll();
    const second = await world.create();
    await admitInstances(world.ctx, world.workflowId);

    await move(world, 'restart', first, { from: 'b' });
    expect(await world.look(first)).toMatchObject({
      status: 'queued',
      nodes: { a: 'succeeded', b: 'pending' },
    });
    await admitInstances(world.ctx, world.workflowId);
    expect((await world.look(first)).status).toBe('queued');
    await world.runAll();
    expect((await world.look(second)).status).toBe('succeeded');
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.runAll()).toEqual(['b']);
    expect((await world.look(first)).status).toBe('succeeded');
  });

  test('of a node that its version does not have is refused by name', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    expect(await move(world, 'restart', id, { from: 'x' })).toMatchObject({
      ok: false,
      code: 'conflict',
      message: `Version 1 of workflow "test", which instance ${id} runs, has no node "x".`,
    });
  });

  test('that the plan leaves out is refused with the reason', async () => {
    const world = await setup({
      dag: 'begin -> a, a -> finish, begin -> off',
      nodes: {
        begin: { type: 'start' },
        finish: { type: 'end' },
        off: { disabled: true },
      },
    });
    const id = await world.create();
    const restart = async (from: string) => {
      const moved = await move(world, 'restart', id, { from });
      return moved.ok ? null : moved.message;
    };

    // Pages offer nothing of what is refused here.
    const shown = await getInstance(world.ctx, { id });
    expect(isRefusal(shown) ? shown : shown.tasks.map(({ key, folded }) => [key, folded])).toEqual([
      ['begin', true],
      ['a', false],
      ['finish', true],
    ]);
    expect(await restart('begin')).toBe(
      `Node "begin" of instance ${id} is only a mark: it succeeds as the run begins, so it can be neither started over nor marked by itself.`,
    );
    expect(await move(world, 'mark', id, { task: 'finish', as: 'failed' })).toMatchObject({
      ok: false,
      code: 'conflict',
      message: `Node "finish" of instance ${id} is only a mark: it follows what lies before it, so it can be neither started over nor marked by itself.`,
    });
    expect(await restart('off')).toBe(
      `Node "off" of version 1 of workflow "test", which instance ${id} runs, is disabled or cannot be reached, so no run has it.`,
    );
  });
});

describe('marking a task', () => {
  test('as skipped lets a failed run go on from there', async () => {
    const world = await setup({ dag: 'a -> b, b -> c' });
    const id = await world.create();
    await world.finish(await world.claim());
    await world.fail(await world.claim());
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      nodes: { b: 'failed', c: 'upstream_failed' },
    });

    await move(world, 'mark', id, { task: 'b', as: 'skipped' });
    expect(await world.runAll()).toEqual(['c']);
    expect(await world.look(id)).toMatchObject({
      status: 'succeeded',
      nodes: { a: 'succeeded', b: 'passed', c: 'succeeded' },
      error: null,
    });
  });

  test('as succeeded gives it an output that others read', async () => {
    const world = await setup({
      dag: 'a -> b',
      nodes: { b: { input: { size: '{{ tasks.a.output.size }}' } } },
    });
    const id = await world.create();
    const held = await world.claim();

    await move(world, 'mark', id, { task: 'a', as: 'succeeded', output: { size: 7 } });
    expect(await world.finish(held)).toMatchObject([{ ok: false, cancelled: true }]);
    expect(await world.claim()).toMatchObject([{ task: 'b', input: { size: 7 } }]);
  });

  test('as failed goes the way of a failure', async () => {
    const world = await setup({
      dag: 'a -> b, a -> c',
      nodes: { c: { trigger: 'one_failed' } },
    });
    const id = await world.create();
    await move(world, 'mark', id, { task: 'a', as: 'failed', reason: 'the disk is gone' });

    expect(await world.look(id)).toMatchObject({
      nodes: { a: 'failed', b: 'upstream_failed', c: 'open' },
      error: { task: 'a', code: 'error', message: 'marked as failed by system: the disk is gone' },
    });
  });

  test('that has succeeded is refused', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    await world.finish(await world.claim());
    expect(await move(world, 'mark', id, { task: 'a', as: 'failed' })).toMatchObject({
      ok: false,
      message: `Task "a" of instance ${id} has succeeded; it can only be started over.`,
    });
  });
});

describe('segments of a fan-out', () => {
  const fan = (more: object = {}) => ({
    dag: 'fan -> join',
    nodes: { fan: { type: 'fanout', items: 'input.items', ...more } },
  });
  const items = (count: number) => ({ items: Array.from({ length: count }, (_, at) => at) });
  const rows = async (world: World) => {
    const [row] = await world.db.sql`
      select (select count(*)::int from task) as tasks, (select count(*)::int from segment_queue) as chunks
    `;
    return row;
  };

  test('beyond maxParallel wait in line and cost a row per hundred', async () => {
    const world = await setup(fan({ maxParallel: 3 }));
    const id = await world.create({ input: items(250) });
    expect(await rows(world)).toEqual({ tasks: 3, chunks: 3 });

    const order: number[] = [];
    for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
      if (tasks[0]?.task === 'fan') {
        expect(tasks.length).toBeLessThanOrEqual(3);
        order.push(...tasks.map(({ segment }) => segment?.order ?? -1));
      }
      await world.report(
        tasks.map(({ token, input }) => ({ token, type: 'finish', output: input })),
      );
    }
    expect(order).toEqual(items(250).items);
    expect((await world.look(id)).status).toBe('succeeded');
    expect(await rows(world)).toEqual({ tasks: 0, chunks: 0 });
  });

  test('that waited when the run was cancelled run after a retry', async () => {
    const world = await setup(fan({ maxParallel: 2 }));
    const id = await world.create({ input: items(5) });
    await world.finish((await world.claim(1)).slice(0, 1));
    await cancelInstances(world.ctx, { ids: [id] });
    expect(
      await listSegments(world.ctx, { id: `${id}_fan`, limit: 50, status: 'cancelled' }),
    ).toMatchObject({ data: [{ order: 1 }, { order: 2 }, { order: 3 }, { order: 4 }] });

    await move(world, 'retry', id);
    expect(await rows(world)).toEqual({ tasks: 2, chunks: 1 });
    const ran: (number | undefined)[] = [];
    for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
      ran.push(...tasks.map(({ segment }) => segment?.order));
      await world.finish(tasks);
    }
    expect(ran).toEqual([1, 2, 3, 4, undefined]);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('that failed are retried alone, after the fan-out had failed', async () => {
    const world = await setup(fan());
    const id = await world.create({ input: items(4) });
    const tasks = await world.claim();
    await world.report(
      tasks.map(({ token, segment }) =>
        segment?.order === 1 || segment?.order === 3
          ? { token, type: 'fail', message: 'no', retryable: false }
          : { token, type: 'finish', output: segment?.order ?? null },
      ),
    );
    expect((await world.look(id)).status).toBe('failed');

    await move(world, 'retry-segments', id, { task: 'fan', segments: [1] });
    expect(await world.look(id)).toMatchObject({
      status: 'running',
      nodes: { fan: 'open', join: 'pending' },
    });
    await world.finish(await world.claim(), 'again');
    expect((await world.look(id)).status).toBe('failed');

    await move(world, 'retry-segments', id, { task: 'fan' });
    await world.finish(await world.claim(), 'again');
    await world.finish(await world.claim());
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('that failed are retried while others go on, within maxParallel', async () => {
    const world = await setup(fan({ maxParallel: 2 }));
    const id = await world.create({ input: items(5) });
    const [one, two] = await world.claim();
    await world.report([
      { token: one?.token ?? '', type: 'fail', message: 'no', retryable: false },
    ]);
    const [three] = await world.claim();

    await move(world, 'retry-segments', id, { task: 'fan', segments: [0] });
    // Two are under way: it waits at the head of the line.
    expect(await world.claim()).toEqual([]);
    await world.report([{ token: two?.token ?? '', type: 'finish' }]);
    const [again] = await world.claim();
    expect(again).toMatchObject({ segment: { order: 0 }, attempt: 2 });
    await world.report([
      { token: again?.token ?? '', type: 'finish' },
      { token: three?.token ?? '', type: 'finish' },
    ]);
    await world.runAll();
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('of which none failed cannot be retried', async () => {
    const world = await setup(fan());
    const id = await world.create({ input: items(2) });
    expect(await move(world, 'retry-segments', id, { task: 'fan' })).toMatchObject({
      ok: false,
      message: `No failed segment of task "fan" of instance ${id} is among those.`,
    });
  });

  test('of a run before are not taken for those of the run after', async () => {
    const world = await setup({
      dag: 'fan -> join',
      nodes: {
        fan: { type: 'fanout', items: 'context.items' },
        join: { input: '{{ tasks.fan.output }}' },
      },
    });
    const id = await world.create();
    await move(world, 'edit-context', id, { patch: { items: [1, 2, 3] } });
    await move(world, 'restart', id, { from: 'fan' });
    await world.finish(await world.claim(), 'old');
    await move(world, 'edit-context', id, { patch: { items: [1] } });
    await move(world, 'restart', id, { from: 'fan' });
    await world.finish(await world.claim(), 'new');

    expect(await world.claim()).toMatchObject([{ task: 'join', input: ['new'] }]);
    expect(await listSegments(world.ctx, { id: `${id}_fan`, limit: 50 })).toMatchObject({
      data: [{ order: 0, status: 'succeeded' }],
    });
  });
});

describe('what is put off', () => {
  test('runs now: a delay, a wait, a scheduled instance', async () => {
    const world = await setup({
      dag: 'a -> pause, pause -> b',
      nodes: { a: { delaySeconds: 3_600 }, pause: { type: 'wait', seconds: 3_600 } },
    });
    const id = await world.create({
      runAt: new Date(world.ctx.clock().getTime() + 86_400_000).toISOString(),
    });
    await move(world, 'run-now', id);
    await sweepNow(world);
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.claim()).toEqual([]);

    await move(world, 'run-now', id, { task: 'a' });
    await sweepNow(world);
    expect(await world.runAll()).toEqual(['a']);
    expect(await world.look(id)).toMatchObject({ nodes: { pause: 'open' } });

    await move(world, 'run-now', id);
    await sweepNow(world);
    expect(await world.runAll()).toEqual(['b']);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('is refused of what is not put off', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    expect(await move(world, 'run-now', id)).toMatchObject({
      ok: false,
      message: `No task of instance ${id} is put off.`,
    });
  });
});

test('a new priority moves waiting tasks, each by its own node on top', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { a: { priority: 3 } } });
  const [first, second] = [await world.create(), await world.create()];
  await move(world, 'change-priority', second, { priority: 10 });

  const tasks = await world.claim();
  expect(tasks.map(({ instanceId, priority }) => [instanceId, priority])).toEqual([
    [second, 13],
    [first, 3],
  ]);
});

test('running again makes a new instance like the old one, with another input if wanted', async () => {
  const world = await setup({ dag: 'a -> b', nodes: { a: { input: '{{ input.size }}' } } });
  const id = await world.create({ objectId: 'film', input: { size: 1 }, labels: { team: 'x' } });
  await world.runAll();

  const made = await move(world, 'rerun', id, { input: { size: 2 } });
  expect(made).toMatchObject({ ok: true });
  expect(await world.claim()).toMatchObject([{ objectId: 'film', input: 2 }]);
  expect(await eventsOf(world, id)).toMatchObject([{ type: 'rerun' }]);
});

describe('another version', () => {
  async function publishAnother(world: World, definition: object): Promise<void> {
    const saved = await saveDraft(world.ctx, {
      workflow: 'test',
      definition: { schemaVersion: 1, ...definition } as never,
      ifMatch: '"v1"',
      ifNoneMatch: null,
    });
    expect(isRefusal(saved)).toBe(false);
    const published = await publishWorkflow(world.ctx, {
      workflow: 'test',
      summary: '',
      ifMatch: null,
    });
    expect(published).toMatchObject({ version: 2 });
  }
  const task = (key: string, work = key) => ({ key, type: 'task', work });

  test('takes over what ran and what waits; what it adds runs when its turn comes', async () => {
    const world = await setup({ dag: 'a -> b, b -> c' });
    const id = await world.create();
    await world.finish(await world.claim(), { from: 'a' });
    await publishAnother(world, {
      nodes: [
        task('c'),
        task('check', 'a'),
        { ...task('b'), input: '{{ tasks.a.output }}' },
        task('a'),
      ],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'check' },
        { from: 'b', to: 'c' },
        { from: 'check', to: 'c' },
      ],
    });

    expect(await previewVersionChange(world.ctx, { id, version: 2 })).toMatchObject({
      from: 1,
      to: 2,
      added: ['check'],
      problems: [],
    });
    expect(await move(world, 'change-version', id, { version: 2 })).toMatchObject({ ok: true });
    expect(await world.look(id)).toMatchObject({
      nodes: { a: 'succeeded', b: 'open', check: 'open', c: 'pending' },
    });
    expect((await world.runAll()).toSorted()).toEqual(['b', 'c', 'check']);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('is refused while a worker holds a task, and where an open node is gone', async () => {
    const world = await setup({ dag: 'a -> b' });
    const id = await world.create();
    await publishAnother(world, { nodes: [task('b')], edges: [] });

    expect(await move(world, 'change-version', id, { version: 2 })).toMatchObject({
      ok: false,
      message: `Instance ${id} cannot be moved to version 2: "a" is open, and the other version has no such node.`,
    });
    expect(await move(world, 'change-version', id, { version: 9 })).toMatchObject({
      ok: false,
      message: `The workflow of instance ${id} has no published version 9.`,
    });
    await world.claim();
    expect(await previewVersionChange(world.ctx, { id, version: 2 })).toMatchObject({
      problems: [{ code: 'open_node_gone', key: 'a' }],
    });
  });
});

describe('a signal', () => {
  const signalled = (more: object = {}) => ({
    dag: 'a -> ask, ask -> b',
    nodes: { ask: { type: 'signal', ...more }, b: { input: '{{ tasks.ask.output }}' } },
  });
  const send = (world: World, id: string, name: string, payload: unknown = null) =>
    sendSignal(world.ctx, { id, name, payload: payload as never });

  test('ends the node that waits for it, which has its payload as output', async () => {
    const world = await setup(signalled());
    const id = await world.create();
    await world.finish(await world.claim());
    expect(await world.look(id)).toMatchObject({ nodes: { ask: 'open' } });

    expect(await send(world, id, 'ask', { go: true })).toEqual({ taken: true, task: `${id}_ask` });
    expect(await world.claim()).toMatchObject([{ task: 'b', input: { go: true } }]);
    expect(await send(world, id, 'ask')).toMatchObject({ refused: 'conflict' });
  });

  test('that comes early waits for its node', async () => {
    const world = await setup(signalled({ signal: 'approved' }));
    const id = await world.create();
    expect(await send(world, id, 'approved', 1)).toEqual({ taken: false, task: null });
    await world.finish(await world.claim());
    expect(await world.claim()).toMatchObject([{ task: 'b', input: 1 }]);
  });

  test('that says no fails an approval', async () => {
    const world = await setup(signalled({ approval: true }));
    const id = await world.create();
    await world.finish(await world.claim());
    expect(await send(world, id, 'ask', 'yes')).toMatchObject({
      refused: 'invalid_request',
      errors: [{ pointer: '/payload' }],
    });
    await send(world, id, 'ask', { approved: false, note: 'too dark' });
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'ask', code: 'rejected', message: 'too dark' },
    });
  });

  test('that does not come in time: the default holds, or the node fails', async () => {
    const kind = await setup(signalled({ timeoutSeconds: 60, default: { go: 'on' } }));
    const kindId = await kind.create();
    await kind.finish(await kind.claim());
    kind.advanceClock(61);
    await sweepNow(kind);
    expect(await kind.claim()).toMatchObject([{ task: 'b', input: { go: 'on' } }]);
    expect((await kind.look(kindId)).status).toBe('running');

    const strict = await setup(signalled({ timeoutSeconds: 60 }));
    const strictId = await strict.create();
    await strict.finish(await strict.claim());
    strict.advanceClock(59);
    await sweepNow(strict);
    expect((await strict.look(strictId)).status).toBe('running');
    strict.advanceClock(2);
    await sweepNow(strict);
    expect(await strict.look(strictId)).toMatchObject({
      status: 'failed',
      error: { code: 'run_timeout', message: 'no signal "ask" came in time' },
    });
  });

  test('that nothing waits for is refused by name', async () => {
    const world = await setup(signalled());
    const id = await world.create();
    expect(await send(world, id, 'nonsense')).toMatchObject({
      refused: 'not_found',
      message: `Nothing in instance ${id} waits for signal "nonsense": its version waits for "ask".`,
    });
  });
});

describe('a wait', () => {
  test('ends when its time has come, also while the run is paused', async () => {
    const world = await setup({
      dag: 'w -> a',
      nodes: { w: { type: 'wait', seconds: '{{ input.seconds }}' } },
    });
    const id = await world.create({ input: { seconds: 90 } });
    world.advanceClock(89);
    await sweepNow(world);
    expect(await world.look(id)).toMatchObject({ nodes: { w: 'open' } });
    await move(world, 'pause', id);
    world.advanceClock(2);
    await sweepNow(world);
    expect(await world.look(id)).toMatchObject({ nodes: { w: 'succeeded', a: 'open' } });
    expect(await world.claim()).toEqual([]);
    await move(world, 'resume', id);
    expect(await world.runAll()).toEqual(['a']);
  });

  test('until a time that is none fails with the expression named', async () => {
    const world = await setup({
      dag: 'w -> a',
      nodes: { w: { type: 'wait', until: '{{ input.at }}' } },
    });
    const id = await world.create({ input: { at: 'tomorrow' } });
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'w', code: 'expression' },
    });
  });
});

test.each([
  ['change-priority', { priority: 5 }, true],
  ['change-version', { version: 1 }, false],
  ['resume', {}, true],
] as const)(
  'whoever passed over ready tasks while %s had them locked is told to look again',
  async (name, params, ok) => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { type: 'script', code: 'function main() {}' } },
    });
    const id = await world.create();
    if (name === 'resume') {
      await move(world, 'pause', id);
    }
    await takeJobs(world.db);

    expect(await move(world, name, id, params)).toMatchObject({ ok });
    expect(await takeJobs(world.db)).toMatchObject([
      { name: 'deliver', payload: { work: '#script' } },
    ]);
  },
);
