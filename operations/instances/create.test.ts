/** Ways to begin: only some nodes, and as the child of another instance. */
import { describe, expect, test } from 'vitest';
import { takeJobs } from '../../test/jobs.ts';
import { setup } from '../../test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { createWorkflow } from '../workflows/create.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { admitInstances } from './admit.ts';
import { createInstances, createInTransaction } from './create.ts';
import type { Parent } from './create/instance.ts';

describe('an instance of only some nodes', () => {
  test('runs those at once, and the others count as succeeded, without an output', async () => {
    const world = await setup({
      dag: 'a -> b, b -> c, b -> d, c -> e, d -> e',
      nodes: { c: { input: { of: '{{ tasks.b.output }}', was: '{{ tasks.b.status }}' } } },
    });
    const id = await world.create({ only: ['c', 'e'] });
    const [task] = await world.claim();
    expect(task).toMatchObject({ task: 'c', input: { of: null, was: 'skipped' } });
    await world.finish(task ? [task] : []);

    expect(await world.runAll()).toEqual(['e']);
    expect(await world.look(id)).toMatchObject({
      status: 'succeeded',
      nodes: { a: 'passed', b: 'passed', c: 'succeeded', d: 'passed', e: 'succeeded' },
    });
  });

  test('that waits in the queue or for its time runs the same ones later', async () => {
    const world = await setup({ dag: 'a -> b, b -> c', workflow: { maxRunning: 1 } });
    await world.create({ only: ['b'] });
    await admitInstances(world.ctx, world.workflowId);
    expect(await world.runAll()).toEqual(['b']);
  });

  test('names nodes that are there, or is refused with those that are not', async () => {
    const world = await setup({ dag: 'a' });
    const answer = await createInstances(world.ctx, {
      workflow: 'test',
      instances: [{ objectId: 'o', only: ['a', 'x', 'y'] }],
    });
    expect(answer).toMatchObject({
      results: [
        {
          code: 'invalid_request',
          message: 'Workflow "test" version 1: there is no node "x", there is no node "y".',
          errors: [{ pointer: '/only/1' }, { pointer: '/only/2' }],
        },
      ],
    });
  });
});

describe('children', () => {
  test('of many workflows are made in one transaction, and each is answered', async () => {
    const world = await setup({ dag: 'a' });
    const other = await createWorkflow(world.ctx, {
      key: 'other',
      onObjectBusy: 'reject',
      definition: {
        schemaVersion: 1,
        nodes: [{ key: 'b', type: 'task', work: 'a' }],
        edges: [],
      },
    });
    expect(isRefusal(other)).toBe(false);
    expect(
      isRefusal(
        await publishWorkflow(world.ctx, { workflow: 'other', summary: '', ifMatch: null }),
      ),
    ).toBe(false);
    const parentId = await world.create();
    const parentOf = (segment: number): Parent => ({
      id: parentId,
      node: 0,
      segment,
      attempt: 1,
      token: crypto.randomUUID(),
    });
    const item = (workflow: string, segment: number) => ({
      workflow,
      instance: { objectId: 'child' },
      parent: parentOf(segment),
    });

    const results = await world.db.transaction((tx) =>
      createInTransaction(world.ctx, tx, [
        item('test', 0),
        item('other', 1),
        item('other', 2),
        item('nowhere', 3),
        { ...item('test', 4), instance: { objectId: 'child', version: 9 } },
      ]),
    );

    expect(results).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, code: 'object_busy' },
      { ok: false, code: 'not_found' },
      { ok: false, code: 'not_found' },
    ]);
    expect(
      await world.db.sql`
        select w.key, i.parent_id, i.parent_segment, i.parent_told
        from instance i join workflow w on w.id = i.workflow_id
        where i.parent_id is not null order by i.id
      `,
    ).toEqual([
      { key: 'test', parent_id: parentId, parent_segment: 0, parent_told: false },
      { key: 'other', parent_id: parentId, parent_segment: 1, parent_told: false },
    ]);
    expect(await world.claim(500, ['a'])).toHaveLength(3);
  });

  test('that end as they begin wake their parent', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { input: '{{ input.nothing }}' } } });
    const parent = {
      id: crypto.randomUUID(),
      node: 0,
      segment: -1,
      attempt: 1,
      token: crypto.randomUUID(),
    };
    await world.db.transaction((tx) =>
      createInTransaction(world.ctx, tx, [
        { workflow: 'test', instance: { objectId: 'child' }, parent },
      ]),
    );
    expect(await takeJobs(world.db)).toMatchObject([
      { name: 'children', payload: { instanceId: parent.id } },
    ]);
  });

  test('are not made if the transaction of their parent fails', async () => {
    const world = await setup({ dag: 'a' });
    await expect(
      world.db.transaction(async (tx) => {
        await createInTransaction(world.ctx, tx, [
          { workflow: 'test', instance: { objectId: 'child' }, parent: null },
        ]);
        throw new Error('lost');
      }),
    ).rejects.toThrow('lost');
    expect(await world.db.sql`select from instance`).toHaveLength(0);
  });
});
