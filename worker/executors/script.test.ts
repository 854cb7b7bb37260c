import { expect, test } from 'vitest';
import { pushRows } from '../deliver/push_rows.ts';
import { claimInternal, holdInternal } from '#operations/tasks/internal.ts';
import { claimTasks } from '#operations/tasks/claim.ts';
import { attemptsOf, taskOf, work } from './executors.fixture.ts';

const script = (source: string, more = {}) => ({ type: 'script', script: source, ...more });

test('scripts hand their outputs on: a chain runs by itself', async () => {
  const world = await work({
    dag: 'a -> b',
    nodes: {
      a: script('return { sum: input.list.reduce((one, other) => one + other, 0) }', {
        input: { list: '{{ input.numbers }}' },
      }),
      b: script('return input * 2', { input: '{{ tasks.a.output.sum }}' }),
    },
    definition: { output: '{{ tasks.b.output }}' },
  });

  const id = await world.create({ input: { numbers: [1, 2, 3] } });

  expect(await world.until(id, 'succeeded')).toMatchObject({ output: 12 });
  expect(await attemptsOf(world, id)).toMatchObject([
    { outcome: 'succeeded', input: { list: [1, 2, 3] }, output: { sum: 6 } },
    { outcome: 'succeeded', input: 6, output: 12 },
  ]);
});

test('a script without an input gets an empty object, and one that returns nothing outputs null', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: script('if (Object.keys(input).length > 0) throw new Error("no")') },
    definition: { output: { a: '{{ tasks.a.output }}' } },
  });

  const id = await world.create();

  expect(await world.until(id, 'succeeded')).toMatchObject({ output: { a: null } });
});

test('what a script throws is an exception with its own lines, and its retries decide', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: script('const a = 1\nthrow new Error("no disk")', { retry: { limit: 1 } }) },
  });

  const id = await world.create();
  await world.runJobs();
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'delayed', failures: 1 });
  await world.pass(5);
  await world.until(id, 'failed');

  const failure = {
    outcome: 'failed',
    code: 'exception',
    error: { message: 'no disk', stack: expect.stringMatching(/^ +at script \(script:2:\d+\)$/) },
  };
  expect(await attemptsOf(world, id)).toMatchObject([failure, failure]);
});

test.each([
  ['return () => 1', 'not_json'],
  ['const a = []; for (;;) a.push("x".repeat(1e5))', 'memory_limit'],
])('a failure that repeating cannot mend is not retried: %s', async (source, reason) => {
  const world = await work({
    dag: 'a',
    nodes: {
      a: script(source, { retry: { limit: 9 }, memoryMb: 16, timeoutSeconds: 20 }),
    },
  });

  const id = await world.create();
  await world.until(id, 'failed');

  expect(await attemptsOf(world, id)).toMatchObject([{ code: 'error', error: { code: reason } }]);
});

test('a script that takes too long fails alone, the others go on', async () => {
  const world = await work({
    dag: 'a, b, c, d',
    nodes: {
      a: script('for (;;);', { timeoutSeconds: 0.2 }),
      b: script('return 1'),
      c: script('return 2'),
      d: script('return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', {
        timeoutSeconds: 0.2,
      }),
    },
  });

  const id = await world.create();

  expect((await world.until(id, 'failed')).nodes).toEqual({
    a: 'failed',
    b: 'succeeded',
    c: 'succeeded',
    d: 'failed',
  });
});

test('neither a worker nor a push can take what Latchwork runs itself', async () => {
  const world = await work({ dag: 'a', nodes: { a: script('return 1') } });
  const id = await world.create();
  const { ctx } = world;

  expect(await claimTasks(ctx, { works: ['#script'], max: 1, worker: 'w' })).toEqual({ tasks: [] });
  const push = pushRows(ctx, { work: '#script', publicUrl: '', worker: 'w' });
  expect(await push.claim(1)).toBeNull();
  expect(await taskOf(world, id)).toMatchObject({ status: 'ready' });
});

test('a process that dies with a script loses nothing: the lease runs out and the attempt is run again', async () => {
  const world = await work({ dag: 'a', nodes: { a: script('return 1') } });
  const id = await world.create();
  const claimed = await claimInternal(world.another(), { work: '#script', max: 9, worker: 'dead' });
  expect(claimed).toHaveLength(1);

  expect(await world.pass(31)).toMatchObject({ redelivered: 1 });
  await world.until(id, 'succeeded');

  expect(await attemptsOf(world, id)).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
});

test('a script that is held is not handed out again, but a total timeout is', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: script('return 1', { timeouts: { totalSeconds: 70 }, retry: { limit: 9 } }) },
  });
  const id = await world.create();
  const other = world.another();
  const [claimed] = await claimInternal(other, { work: '#script', max: 1, worker: 'slow' });
  const keys = claimed === undefined ? [] : [claimed.key];

  for (let held = 0; held < 2; held += 1) {
    expect(await world.pass(25)).toMatchObject({ redelivered: 0, failed: 0 });
    await holdInternal(other, keys);
  }
  expect(await world.pass(19)).toMatchObject({ redelivered: 0, failed: 0 });
  expect(await world.pass(2)).toMatchObject({ redelivered: 0, failed: 1 });

  expect(await world.look(id)).toMatchObject({ status: 'failed' });
  expect(await attemptsOf(world, id)).toMatchObject([{ code: 'total_timeout' }]);
});

test('a process that stops hands its scripts back at once', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: script('for (;;);', { timeoutSeconds: 30 }) },
  });
  const id = await world.create();
  await world.runJobs();
  await expect.poll(() => taskOf(world, id)).toMatchObject({ status: 'dispatched' });

  await world.delivering.stop(0);

  expect(await taskOf(world, id)).toMatchObject({ status: 'delayed', attempt: 1, deliveries: 1 });
});
