import { describe, expect, test } from 'vitest';
import { setup } from '../../test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { admitInstances } from './admit.ts';
import { cancelInstances } from './cancel.ts';
import { createInstances } from './create.ts';
import type { Created } from './create/instance.ts';
import { pauseInstances, resumeInstances } from './pause.ts';
import { retryInstances } from './retry.ts';

function resultsOf(answer: Awaited<ReturnType<typeof createInstances>>): readonly Created[] {
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer.results;
}

describe('creating instances', () => {
  test('answers per item: one bad input never loses the others', async () => {
    const world = await setup({
      dag: 'a',
      definition: {
        input: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
      },
    });

    const results = resultsOf(
      await createInstances(world.ctx, {
        workflow: 'test',
        instances: [
          { objectId: 'good', input: { url: 'x' } },
          { objectId: 'bad', input: { url: 5 } },
          { objectId: 'missing', input: {} },
          { objectId: 'old', input: { url: 'x' }, version: 7 },
        ],
      }),
    );

    expect(results).toMatchObject([
      { ok: true },
      { ok: false, code: 'invalid_request', errors: [{ pointer: '/input/url', code: 'type' }] },
      { ok: false, code: 'invalid_request', errors: [{ pointer: '/input/url', code: 'required' }] },
      { ok: false, code: 'not_found', message: 'Workflow "test" has no published version 7.' },
    ]);
    expect(await world.claim()).toHaveLength(1);
  });

  test('with a dedupe key makes one instance, also when two ask at once', async () => {
    const world = await setup({ dag: 'a' });
    const input = { workflow: 'test', instances: [{ objectId: 'o', dedupeKey: 'k' }] };
    const answers = await Promise.all([
      createInstances(world.ctx, input),
      createInstances(world.another(), input),
      createInstances(world.ctx, input),
    ]);
    const results = answers.flatMap(resultsOf);
    const ids = new Set(results.map((result) => (result.ok ? result.id : '')));

    expect(ids.size).toBe(1);
    expect(results.filter((result) => result.ok && !result.deduplicated)).toHaveLength(1);
    expect(await world.claim()).toHaveLength(1);
  });

  test('with a dedupe key that holds what Postgres cannot finds its instance again', async () => {
    const world = await setup({ dag: 'a' });

    for (const dedupeKey of ['a\u0000b', 'half \ud83d']) {
      const first = await world.create({ dedupeKey });
      expect(await world.create({ dedupeKey })).toBe(first);
    }
  });

  test('with an idempotency key is done once, and another body with the same key is refused', async () => {
    const world = await setup({ dag: 'a' });
    const input = { workflow: 'test', idempotencyKey: 'k', instances: [{ objectId: 'o' }] };
    const [first, second] = await Promise.all([
      createInstances(world.ctx, input),
      createInstances(world.another(), input),
    ]);

    expect(resultsOf(first)).toEqual(resultsOf(second));
    expect([first, second].filter((answer) => !isRefusal(answer) && answer.replayed)).toHaveLength(
      1,
    );
    expect(
      await createInstances(world.ctx, { ...input, instances: [{ objectId: 'other' }] }),
    ).toMatchObject({ refused: 'idempotency_mismatch' });
    expect(await world.claim()).toHaveLength(1);
  });

  test('for later waits until its time has come', async () => {
    const world = await setup({ dag: 'a' });
    const runAt = new Date(world.ctx.clock().getTime() + 60_000).toISOString();
    const id = await world.create({ runAt });
    expect((await world.look(id)).status).toBe('scheduled');

    await sweep(world.ctx, { renew: false });
    expect((await world.look(id)).status).toBe('scheduled');
    world.advanceClock(61);
    expect(await sweep(world.ctx, { renew: false })).toMatchObject({ scheduled: 1 });
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.runAll()).toEqual(['a']);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('of a workflow that is switched off queues them until it is on', async () => {
    const world = await setup({ dag: 'a', workflow: { enabled: false } });
    const id = await world.create();
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(0);
    expect(await world.claim()).toEqual([]);

    await world.db.sql`update workflow set enabled = true`;
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(1);
    await world.runAll();
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('whose first expression fails ends at once, with the trace of it', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { input: '{{ input.nothing }}' } } });
    const id = await world.create();

    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: 'a', code: 'expression' },
    });
    expect(await world.db.sql`select outcome, code from attempt`).toMatchObject([
      { outcome: 'failed', code: 'expression' },
    ]);
  });
});

describe('an instance that takes longer than its workflow allows', () => {
  test('fails, and what is open in it ends', async () => {
    const world = await setup({ dag: 'a -> b, c', definition: { timeoutSeconds: 60 } });
    const id = await world.create();
    const [first, second] = await world.claim();
    await world.finish(first ? [first] : []);
    await sweep(world.ctx, { renew: false });
    expect((await world.look(id)).status).toBe('running');

    world.advanceClock(61);
    expect(await sweep(world.ctx, { renew: false })).toMatchObject({ expired: 1 });
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      error: { task: null, code: 'total_timeout' },
      nodes: { a: 'succeeded', b: 'cancelled', c: 'cancelled' },
    });
    expect(await world.finish(second ? [second] : [])).toMatchObject([{ ok: false }]);

    await retryInstances(world.ctx, { ids: [id] });
    expect((await world.runAll()).toSorted()).toEqual(['b', 'c']);
    expect((await world.look(id)).status).toBe('succeeded');
  });
});

describe('an output that does not fit the schema of its work', () => {
  test('fails the attempt, which is retried with the same input; the report is answered alike again', async () => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { input: { keep: 'me' }, retry: { limit: 1, delaySeconds: 0 } } },
    });
    await world.db.sql`update work set output_schema = '{"type": "object", "required": ["n"]}'`;
    const id = await world.create();
    const first = await world.claim();

    expect(await world.finish(first, { m: 1 })).toEqual([{ ok: true }]);
    expect(await world.finish(first, { m: 1 })).toEqual([{ ok: true }]);
    expect(await world.db.sql`select outcome, code, error from attempt`).toMatchObject([
      {
        outcome: 'failed',
        code: 'output_schema',
        error: { message: expect.stringContaining('/output/n') },
      },
    ]);

    await sweep(world.ctx, { renew: false });
    const [second] = await world.claim();
    expect(second).toMatchObject({ attempt: 2, input: { keep: 'me' } });
    await world.finish(second ? [second] : [], { n: 1 });
    expect((await world.look(id)).status).toBe('succeeded');
  });
});

describe('a segment whose output did not fit, and was tolerated', () => {
  test('leaves null in the list, not what did not fit', async () => {
    const world = await setup({
      dag: 'a -> b',
      nodes: {
        a: { type: 'fanout', items: 'input.list', tolerance: { count: 1 } },
        b: { input: '{{ tasks.a.output }}' },
      },
      work: { output_schema: { type: 'integer' } },
    });
    await world.create({ input: { list: [0, 1] } });
    await world.report(
      (await world.claim()).map(({ token, segment }) => ({
        token,
        type: 'finish',
        output: segment?.order === 0 ? 7 : 'seven',
      })),
    );

    expect(await world.claim()).toMatchObject([{ task: 'b', input: [7, null] }]);
  });
});

describe('a fan-out over nothing', () => {
  test('at the start or later has an empty list as its output', async () => {
    const world = await setup({
      dag: 'none -> count, a -> later, later -> total',
      nodes: {
        none: { type: 'fanout', items: '[]' },
        count: { input: '{{ size(tasks.none.output) }}' },
        later: { type: 'fanout', items: 'tasks.a.output' },
        total: { input: '{{ tasks.later.output }}' },
      },
    });
    const id = await world.create();
    const first = await world.claim();
    expect(first.map(({ task, input }) => [task, input])).toEqual([
      ['a', null],
      ['count', 0],
    ]);
    await world.finish(first, []);
    const [total] = await world.claim();
    expect(total).toMatchObject({ task: 'total', input: [] });
    await world.finish(total ? [total] : []);
    expect((await world.look(id)).status).toBe('succeeded');
  });

  test('that failed by its items first, and was retried, yields only its segments', async () => {
    const world = await setup({
      dag: 'a, each -> last',
      nodes: {
        each: { type: 'fanout', items: 'context.list' },
        last: { input: '{{ tasks.each.output }}' },
      },
    });
    const id = await world.create();
    const [a] = await world.claim();
    await world.report([{ token: a?.token ?? '', type: 'finish', context: { list: [1, 2] } }]);
    expect((await world.look(id)).status).toBe('failed');

    await retryInstances(world.ctx, { ids: [id] });
    await world.finish(await world.claim(), 'done');
    expect((await world.claim())[0]?.input).toEqual(['done', 'done']);
  });
});

describe('a fan-out with a delay', () => {
  test('holds its segments back by place, and nothing is due of those', async () => {
    const world = await setup({
      dag: 'a',
      nodes: { a: { type: 'fanout', items: 'input.list', maxParallel: 1, delaySeconds: 5 } },
    });
    const id = await world.create({ input: { list: [1, 2] } });

    world.advanceClock(6);
    await sweep(world.ctx, { renew: false });
    await world.finish(await world.claim());
    await sweep(world.ctx, { renew: false });
    await world.finish(await world.claim());

    expect(await world.look(id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a failure that the run survives', () => {
  test('is not the error of the run, also if it ends in the same step', async () => {
    const world = await setup({
      dag: 'a -> done',
      nodes: { done: { type: 'end', trigger: 'all_done' } },
    });
    const id = await world.create();
    await world.fail(await world.claim());

    expect(await world.look(id)).toMatchObject({ status: 'succeeded', error: null });
  });
});

describe('a run that stops at its first failure', () => {
  test('leaves no live task, also of what opened in the same step', async () => {
    const world = await setup({
      dag: 'a, b',
      nodes: { b: { input: '{{ input.nope.deeper }}' } },
      definition: { onTaskFailure: 'stop' },
    });
    const id = await world.create();

    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      nodes: { a: 'cancelled', b: 'failed' },
    });
    expect(await world.claim()).toEqual([]);
  });
});

describe('pausing', () => {
  test('stops the hand-out, also of what opens meanwhile; reports still count', async () => {
    const world = await setup({ dag: 'a -> c, b' });
    const id = await world.create();
    const [first] = await world.claim(1);
    await pauseInstances(world.ctx, { ids: [id] });

    expect(await world.claim()).toEqual([]);
    await world.finish(first ? [first] : []);
    expect(await world.claim()).toEqual([]);
    expect((await world.look(id)).status).toBe('paused');

    await resumeInstances(world.ctx, { ids: [id] });
    expect((await world.runAll()).toSorted()).toEqual(['b', 'c']);
    expect((await world.look(id)).status).toBe('succeeded');
  });
});

describe('cancelling', () => {
  test('ends what waits and what runs, and says per instance why one could not be cancelled', async () => {
    const world = await setup({ dag: 'a -> b, c' });
    const running = await world.create();
    const done = await world.create({ priority: 1 });
    const later = await world.create({ runAt: '2999-01-01T00:00:00Z' });
    await world.finish(await world.claim(2));
    await world.finish(await world.claim(1));
    const nobody = '01890000-0000-7000-8000-000000000000';

    const answer = await cancelInstances(world.ctx, {
      ids: [running, done, later, nobody],
      reason: 'why not',
    });
    expect(answer).toMatchObject({
      results: [
        { id: running, ok: true },
        { id: done, ok: false, code: 'conflict' },
        { id: later, ok: true },
        { id: nobody, ok: false, code: 'not_found' },
      ],
    });
    expect(await world.look(running)).toMatchObject({
      status: 'cancelled',
      nodes: { a: 'cancelled', b: 'cancelled', c: 'cancelled' },
    });
    expect(await world.look(later)).toMatchObject({ status: 'cancelled' });
    expect(await world.db.sql`select from task`).toHaveLength(0);
    expect(await world.db.sql`select type, message, actor from instance_event`).toMatchObject([
      { type: 'cancelled', message: 'why not', actor: 'system' },
      { type: 'cancelled', message: 'why not', actor: 'system' },
    ]);
  });

  test('and retrying brings back all that did not succeed, fan-outs included', async () => {
    const world = await setup({
      dag: 'first -> each, each -> last',
      nodes: {
        each: { type: 'fanout', items: 'range(6)', maxParallel: 2 },
        last: { input: '{{ tasks.each.output }}' },
      },
    });
    const id = await world.create();
    await world.finish(await world.claim());
    await world.finish(await world.claim(1), 'kept');
    await cancelInstances(world.ctx, { ids: [id] });

    await retryInstances(world.ctx, { ids: [id], reason: 'again' });
    const ran = await world.runAll(() => 'again');
    expect(ran).toEqual([...Array.from({ length: 5 }, () => 'each'), 'last']);
    expect((await world.look(id)).status).toBe('succeeded');
    expect(await world.db.sql`select input from attempt where node = 2`).toMatchObject([
      { input: ['kept', 'again', 'again', 'again', 'again', 'again'] },
    ]);
  });
});

describe('retrying', () => {
  test('keeps what succeeded, and numbers attempts on', async () => {
    const world = await setup({ dag: 'a -> b, b -> c' });
    const id = await world.create();
    await world.finish(await world.claim());
    await world.fail(await world.claim());
    expect(await world.look(id)).toMatchObject({
      status: 'failed',
      nodes: { a: 'succeeded', b: 'failed', c: 'upstream_failed' },
    });

    await retryInstances(world.ctx, { ids: [id] });
    const [b] = await world.claim();
    expect(b).toMatchObject({ task: 'b', attempt: 2 });
    await world.finish(b ? [b] : []);
    expect(await world.runAll()).toEqual(['c']);
    expect(await world.look(id)).toMatchObject({ status: 'succeeded', error: null });
  });

  test('heeds a limit that the workflow was given since, and the switch', async () => {
    const world = await setup({ dag: 'a' });
    const ids = [await world.create(), await world.create(), await world.create()];
    await world.fail(await world.claim());
    await world.db.sql`update workflow set max_running = 1`;

    await retryInstances(world.ctx, { ids });
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.claim()).toHaveLength(1);
    expect(await world.db.sql`select from instance where status = 'queued'`).toHaveLength(2);
  });

  test('of a limited workflow waits for a slot', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    const id = await world.create();
    await admitInstances(world.ctx, world.workflowId);
    await world.fail(await world.claim());
    const other = await world.create();
    await admitInstances(world.ctx, world.workflowId);

    await retryInstances(world.ctx, { ids: [id] });
    expect((await world.look(id)).status).toBe('queued');
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(0);
    await world.runAll();
    expect((await world.look(other)).status).toBe('succeeded');
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(1);
    expect(await world.runAll()).toEqual(['a']);
    expect((await world.look(id)).status).toBe('succeeded');
  });
});
