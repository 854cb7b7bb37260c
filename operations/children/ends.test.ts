/** How the ends of children, and the want of them, are taken by their parents. */
import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { cancelInstances } from '../instances/cancel.ts';
import { createInstances } from '../instances/create.ts';
import { pauseInstances } from '../instances/pause.ts';
import { sweep } from '../sweeps/sweep.ts';
import { begin, CHILD, childrenOf, family, finishChild, publish } from './children.fixture.ts';
import { cancelOrphans, tellParent } from './tell.ts';

const RETRY = { retry: { limit: 1, delaySeconds: 0 } };

const parent = (more: object = {}, workflow: object = {}) =>
  family(
    { dag: 'sub -> after', nodes: { sub: { type: 'workflow', workflow: 'child', ...more } } },
    CHILD,
    workflow,
  );

const firstChild = async (world: World, id: string) =>
  (await childrenOf(world, id))[0]?.id ?? expect.fail('it has no child');

test('a child whose object another run has is made by the next try, once that has ended', async () => {
  const world = await parent(RETRY, { onObjectBusy: 'reject' });
  await createInstances(world.ctx, { workflow: 'child', instances: [{ objectId: 'film' }] });
  const id = await world.create({ objectId: 'film' });
  await begin(world);
  expect(await childrenOf(world, id)).toEqual([]);
  expect((await world.look(id)).nodes).toMatchObject({ sub: 'open' });

  await finishChild(world, null);
  await sweep(world.ctx, { renew: false });
  await begin(world);
  expect(await childrenOf(world, id)).toMatchObject([{ status: 'running', objectId: 'film' }]);
});

test('a child is of the version that its node names, whatever was published since', async () => {
  const world = await parent({ version: 1 });
  await world.db.sql`
    insert into version (
      project_id, workflow_id, number, status, definition, plan, updated_by, updated_at, published_at
    )
    select project_id, workflow_id, 2, status, definition, plan, updated_by, updated_at, published_at
    from version
    where workflow_id = (select id from workflow where key = 'child')
  `;
  await world.db.sql`
    update workflow set published_version = 2, last_version = 2 where key = 'child'
  `;
  const id = await world.create();
  await begin(world);

  const rows = await world.db.sql`
    select v.number
    from instance i
    join version v on v.project_id = i.project_id and v.id = i.version_id
    where i.parent_id = ${id}
  `;
  expect([...rows]).toEqual([{ number: 1 }]);
});

test('a child may not be an ancestor from further above either', async () => {
  const world = await setup({
    dag: 'sub -> after',
    nodes: { sub: { type: 'workflow', workflow: 'middle' } },
    before: (ctx) => publish(ctx, 'middle', CHILD, {}),
  });
  await world.db.sql`
    update version v
    set plan = (
      select replace(o.plan::text, '"middle"', '"test"')::jsonb
      from version o
      join workflow w on w.id = o.workflow_id and w.key = 'test'
    )
    from workflow w
    where w.id = v.workflow_id and w.key = 'middle'
  `;
  const id = await world.create();
  await begin(world);
  await begin(world);
  expect(await world.look(await firstChild(world, id))).toMatchObject({
    status: 'failed',
    error: { message: 'Workflow "test" would run inside itself: test > middle > test.' },
  });
});

test('a child that a person cancelled fails its node for good', async () => {
  const world = await parent(RETRY);
  const id = await world.create();
  await begin(world);
  const child = await firstChild(world, id);
  await cancelInstances(world.ctx, { ids: [child] });
  await tellParent(world.ctx, id);

  expect(await world.look(id)).toMatchObject({
    status: 'failed',
    error: { task: 'sub', code: 'cancelled', message: `child instance ${child} was cancelled` },
  });
});

test('a parent hears nothing of the end of a child that a person tries again at that moment', async () => {
  const world = await parent();
  const id = await world.create();
  await begin(world);
  const child = await firstChild(world, id);
  await world.fail(await world.claim(500, ['c']));
  const telling = Promise.withResolvers<number>();

  await world.db.transaction(async (tx) => {
    await tx`select from instance where id = ${child} for update`;
    telling.resolve(tellParent(world.another(), id));
    await expect
      .poll(async () => {
        const rows = await world.db.sql`
          select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
        `;
        return rows.length;
      })
      .toBe(1);
    await tx`
      update instance
      set status = 'running', state = 'o', finished_at = null, error = null
      where id = ${child}
    `;
  });
  await telling.promise;

  expect(await world.look(id)).toMatchObject({ status: 'running', nodes: { sub: 'open' } });
});

describe('a child that is not waited for any more is cancelled', () => {
  test('though it is paused', async () => {
    const world = await parent();
    const id = await world.create();
    await begin(world);
    await pauseInstances(world.ctx, { ids: [await firstChild(world, id)] });
    await cancelInstances(world.ctx, { ids: [id] });

    expect(await cancelOrphans(world.ctx, id)).toBe(1);
    expect(await childrenOf(world, id)).toMatchObject([{ status: 'cancelled' }]);
  });

  test('also where its node tries again, and the child of that try is left alone', async () => {
    const world = await parent({ ...RETRY, timeouts: { runSeconds: 60 } });
    const id = await world.create();
    await begin(world);
    world.advanceClock(61);
    await sweep(world.ctx, { renew: false });
    await sweep(world.ctx, { renew: false });
    await begin(world);
    expect(await childrenOf(world, id)).toHaveLength(2);

    expect(await cancelOrphans(world.ctx, id)).toBe(1);
    expect(await childrenOf(world, id)).toMatchObject([
      { status: 'cancelled' },
      { status: 'running' },
    ]);
    await finishChild(world, 'done');
    await tellParent(world.ctx, id);
    expect(await world.look(id)).toMatchObject({ nodes: { sub: 'succeeded', after: 'open' } });
  });
});
