import { describe, expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { cancelInstances } from '../instances/cancel.ts';
import { getInstance } from '../instances/get.ts';
import { isRefusal } from '../refusal.ts';
import { getTask } from './get.ts';

const withMarks = () =>
  setup({
    dag: 'begin -> a, begin -> b, a -> done, b -> done',
    definition: {
      nodes: [
        { key: 'begin', type: 'start' },
        { key: 'a', type: 'task', work: 'a' },
        { key: 'b', type: 'task', work: 'b' },
        { key: 'done', type: 'end' },
      ],
    },
  });

async function statuses(world: Awaited<ReturnType<typeof setup>>, id: string) {
  const instance = await getInstance(world.ctx, { id });
  return isRefusal(instance)
    ? instance.message
    : instance.tasks.map(({ key, status }) => `${key} ${status}`);
}

describe('a mark that the plan does without', () => {
  test('is shown as it would have become, and its id answers', async () => {
    const world = await withMarks();
    const id = await world.create();
    expect(await statuses(world, id)).toEqual([
      'begin succeeded',
      'a ready',
      'b ready',
      'done pending',
    ]);

    await world.finish(await world.claim(1));
    expect((await statuses(world, id)).at(-1)).toBe('done pending');
    await world.fail(await world.claim());
    expect(await statuses(world, id)).toEqual([
      'begin succeeded',
      'a succeeded',
      'b failed',
      'done upstream_failed',
    ]);
    expect(await getTask(world.ctx, { id: `${id}_done` })).toMatchObject({
      type: 'end',
      status: 'upstream_failed',
      attemptList: [],
    });
    expect(await world.look(id)).toMatchObject({ status: 'failed', error: { task: 'b' } });
  });

  test('is cancelled with what it waited for', async () => {
    const world = await withMarks();
    const id = await world.create();
    await cancelInstances(world.ctx, { ids: [id] });

    expect(await statuses(world, id)).toEqual([
      'begin succeeded',
      'a cancelled',
      'b cancelled',
      'done cancelled',
    ]);
  });

  test('may be among the nodes to run', async () => {
    const world = await withMarks();
    const id = await world.create({ only: ['begin', 'a'] });

    expect(await world.runAll()).toEqual(['a']);
    expect((await world.look(id)).status).toBe('succeeded');
  });
});
