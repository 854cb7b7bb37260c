import { describe, expect, test } from 'vitest';
import { setup } from '../../test/setup.ts';

describe('a chain', () => {
  test('runs its tasks one after the other and succeeds', async () => {
    const world = await setup({ dag: 'a -> b, b -> c' });
    const id = await world.create();

    expect(await world.runAll()).toEqual(['a', 'b', 'c']);
    expect(await world.look(id)).toMatchObject({
      status: 'succeeded',
      nodes: { a: 'succeeded', b: 'succeeded', c: 'succeeded' },
    });
  });

  test('hands the output of one task to the input of the next', async () => {
    const world = await setup({
      dag: 'a -> b, b -> c',
      nodes: { c: { input: { sum: '{{ tasks.a.output.n + tasks.b.output.n }}' } } },
      definition: { output: { result: '{{ tasks.c.output }}' } },
    });
    const id = await world.create();

    await world.finish(await world.claim(), { n: 40 });
    await world.finish(await world.claim(), { n: 2 });
    const [last] = await world.claim();
    expect(last?.input).toEqual({ sum: 42 });
    await world.finish(last ? [last] : [], 'done');
    expect(await world.look(id)).toMatchObject({ status: 'succeeded', output: { result: 'done' } });
  });
});

describe('a fan-out', () => {
  test('makes a segment per item and joins when the last has ended', async () => {
    const world = await setup({
      dag: 'list -> each, each -> join',
      nodes: {
        each: {
          type: 'fanout',
          items: 'tasks.list.output',
          input: { n: '{{ item * 2 }}', at: '{{ index }}' },
        },
        join: { input: '{{ tasks.each.output }}' },
      },
    });
    const id = await world.create();

    await world.finish(await world.claim(), [1, 2, 3]);
    const segments = await world.claim();
    expect(segments.map(({ input, segment }) => [input, segment])).toEqual([
      [
        { n: 2, at: 0 },
        { order: 0, count: 3 },
      ],
      [
        { n: 4, at: 1 },
        { order: 1, count: 3 },
      ],
      [
        { n: 6, at: 2 },
        { order: 2, count: 3 },
      ],
    ]);
    await world.finish(segments.slice(1), 'late');
    expect(await world.claim()).toEqual([]);
    await world.finish(segments.slice(0, 1), 'first');
    const [join] = await world.claim();
    expect(join?.input).toEqual(['first', 'late', 'late']);
    await world.finish(join ? [join] : []);
    expect((await world.look(id)).status).toBe('succeeded');
  });
});

test('a worker may ask for its task not to be tried again earlier', async () => {
  const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 1 } } } });
  const id = await world.create();
  const [task] = await world.claim();

  await world.report([
    { token: task?.token ?? '', type: 'fail', message: 'busy', retryAfterSeconds: 120 },
  ]);

  const [row] = await world.db
    .sql`select status, due_at as due from task where instance_id = ${id}`;
  expect(row).toEqual({
    status: 'delayed',
    due: new Date(world.ctx.clock().getTime() + 120_000),
  });
});
