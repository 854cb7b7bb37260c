/** What a process that dies in between leaves of the starting of children. */
import { expect, test } from 'vitest';
import { takeJobs } from '#test/jobs.ts';
import { setup, type World } from '#test/setup.ts';
import { createBulk } from '../bulk/create.ts';
import { runBulk } from '../bulk/run.ts';
import type { Definition } from '#engine/definition.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { createWorkflow } from '../workflows/create.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { putWork } from '../works/put.ts';
import { claimInternal } from '../tasks/internal.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { startChildren, type ChildTask } from './start.ts';
import { tellParent } from './tell.ts';

const CHILD: Definition = {
  schemaVersion: 1,
  nodes: [{ key: 'c', type: 'task', work: 'c' }],
  edges: [],
};

const family = (sub: object) =>
  setup({
    dag: 'sub -> after',
    nodes: { sub: { type: 'workflow', workflow: 'child', ...sub } },
    before: async (ctx) => {
      await putWork(ctx, { key: 'c' });
      expect(isRefusal(await createWorkflow(ctx, { key: 'child', definition: CHILD }))).toBe(false);
      await publishWorkflow(ctx, { workflow: 'child', summary: '', ifMatch: null });
    },
  });

async function claimChildTasks(ctx: Context): Promise<ChildTask[]> {
  const tasks = await claimInternal(ctx, { work: INTERNAL_WORKS.workflow, max: 500, worker: 't' });
  return tasks.flatMap(({ key, plan, input }) =>
    'child' in plan && plan.child !== null ? [{ ...key, child: plan.child, input }] : [],
  );
}

test('a child that nobody waits for is made once, and its node goes on, though the process dies before it can say so', async () => {
  const world = await family({ wait: false });
  const id = await world.create();
  const tasks = await claimChildTasks(world.ctx);

  let left = 1;
  const dying: Context = {
    ...world.ctx,
    db: {
      ...world.db,
      transaction: (work) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('died')) : world.db.transaction(work);
      },
    },
  };
  await startChildren(dying, tasks).catch(() => null);
  expect((await world.look(id)).nodes).toMatchObject({ sub: 'open' });

  world.advanceClock(31);
  await sweep(world.ctx, { renew: true });
  await startChildren(world.ctx, await claimChildTasks(world.ctx));
  expect((await world.look(id)).nodes).toMatchObject({ sub: 'succeeded', after: 'open' });
  expect(await world.db.sql`select id from instance where parent_id = ${id}`).toHaveLength(1);
});

test('two processes that begin the same attempt, of which one was given up too early, make one child', async () => {
  const world = await family({});
  const id = await world.create();
  const tasks = await claimChildTasks(world.ctx);

  // Whoever creates an instance waits for this row, so both are in the middle of it at once.
  const begun: Promise<void>[] = [];
  await world.db.transaction(async (tx) => {
    await tx`select from workflow where key = 'child' for update`;
    begun.push(...[world.ctx, world.another()].map((ctx) => startChildren(ctx, tasks)));
    await expect.poll(() => countBlocked(world)).toBe(2);
  });
  await Promise.all(begun);

  expect(await world.db.sql`select id from instance where parent_id = ${id}`).toHaveLength(1);
});

async function countBlocked({ db }: World): Promise<number> {
  const rows = await db.sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `;
  return rows.length;
}

test('an object id that is none fails its own node, and no other one that is started with it', async () => {
  const world = await family({ objectId: '{{ input.object }}' });
  let noise = '';
  for (let at = 0; noise.length < 20_000; at += 1) {
    noise += Math.sin(at).toString(36);
  }
  const [long, empty, good] = [
    await world.create({ input: { object: noise } }),
    await world.create({ input: { object: '' } }),
    await world.create({ input: { object: 'film' } }),
  ];
  await startChildren(world.ctx, await claimChildTasks(world.ctx));
  expect(await world.look(long)).toMatchObject({ status: 'failed', error: { task: 'sub' } });
  expect(await world.look(empty)).toMatchObject({ status: 'failed', error: { task: 'sub' } });
  expect(await world.db.sql`select id from instance where parent_id = ${good}`).toHaveLength(1);
});

test('a child that the database will not have fails its own node, and no other one that is started with it', async () => {
  const world = await family({ objectId: '{{ input.object }}' });
  await world.db.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'cursed'; end $$;
    create trigger refuse before insert on instance for each row
      when (new.object_id = 'cursed') execute function refuse();
  `);
  const cursed = await world.create({ input: { object: 'cursed' } });
  const good = await world.create({ input: { object: 'film' } });

  await startChildren(world.ctx, await claimChildTasks(world.ctx));

  expect(await world.look(cursed)).toMatchObject({
    status: 'failed',
    error: { task: 'sub', message: 'the child could not be made: cursed' },
  });
  expect(await world.db.sql`select id from instance where parent_id = ${good}`).toHaveLength(1);
});

test('a parent hears of a child though the wake-up was lost, and so does a bulk move go on', async () => {
  const world = await family({});
  const id = await world.create();
  await startChildren(world.ctx, await claimChildTasks(world.ctx));
  await world.finish(await world.claim(500, ['c']));
  const bulk = await createBulk(world.ctx, { action: 'pause', filter: { workflow: 'test' } });
  if (isRefusal(bulk)) throw new Error(bulk.message);
  await takeJobs(world.db);

  await sweep(world.ctx, { renew: true });
  expect(await takeJobs(world.db)).toEqual(
    expect.arrayContaining([
      { name: 'children', payload: { projectId: 1, instanceId: id } },
      { name: 'bulk', payload: { projectId: 1, bulkId: bulk.id } },
    ]),
  );
  await tellParent(world.ctx, id);
  await runBulk(world.ctx, { id: bulk.id });
  await takeJobs(world.db);

  await sweep(world.ctx, { renew: true });
  const names = (await takeJobs(world.db)).map(({ name }) => name);
  expect(names).not.toEqual(expect.arrayContaining(['children']));
  expect(names).not.toEqual(expect.arrayContaining(['bulk']));
});
