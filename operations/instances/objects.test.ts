/** One instance per object id: what a second one does, however many processes ask, and whatever is lost in between. */
import { describe, expect, test } from 'vitest';
import { setup, type World } from '../../test/setup.ts';
import { behind } from '../../test/between.ts';
import { takeJobs } from '../../test/jobs.ts';
import type { Context } from '../context.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { changeWorkflow } from '../workflows/change.ts';
import { admitInstances } from './admit.ts';
import { cancelInstances } from './cancel.ts';
import { createInstances } from './create.ts';
import type { CreateInstance, Created } from './create/instance.ts';
import { freeObject } from './free.ts';
import { pauseInstances } from './pause.ts';
import { retryInstances } from './retry.ts';

async function create(
  ctx: Context,
  instances: readonly CreateInstance[],
): Promise<readonly Created[]> {
  const answer = await createInstances(ctx, { workflow: 'test', instances });
  if (isRefusal(answer)) {
    throw new Error(answer.message);
  }
  return answer.results;
}

/** What the worker process does with the wake-ups that are there, over both processes, until there are none. */
async function work(world: World, processes: readonly Context[] = [world.ctx]): Promise<void> {
  for (let jobs = await takeJobs(world.db); jobs.length > 0; jobs = await takeJobs(world.db)) {
    await Promise.all(
      jobs.flatMap(({ name, payload }) =>
        processes.map(async (ctx) => {
          if (name === 'free') {
            await freeObject(ctx, payload);
          } else if (name === 'admit') {
            await admitInstances(ctx, payload.workflowId);
          }
        }),
      ),
    );
  }
}

async function statusesOf(world: World) {
  const rows = await world.db.sql`select status, blocked from instance order by id`;
  return rows.map(({ status, blocked }) => (blocked ? 'blocked' : (status as string)));
}

const five = Array.from({ length: 5 }, () => ({ objectId: 'o' }));

describe('an object that is busy, of a workflow that', () => {
  test('allows several, is no hindrance', async () => {
    const world = await setup({ dag: 'a' });
    await create(world.ctx, five);
    expect(await world.claim()).toHaveLength(5);
  });

  test('rejects: the second is refused and names the first, until that one has ended', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'reject' } });
    const first = await world.create({ objectId: 'o' });
    const refused = { ok: false, code: 'object_busy', busyWith: first };

    expect(await create(world.ctx, [{ objectId: 'o' }, { objectId: 'other' }])).toMatchObject([
      refused,
      { ok: true },
    ]);
    await pauseInstances(world.ctx, { ids: [first] });
    expect(await create(world.ctx, [{ objectId: 'o' }])).toMatchObject([refused]);
    await cancelInstances(world.ctx, { ids: [first] });
    expect(await create(world.ctx, [{ objectId: 'o' }])).toMatchObject([{ ok: true }]);
  });

  test('rejects: of two in one call the second is refused', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'reject' } });
    const [first, second] = await create(world.ctx, [{ objectId: 'o' }, { objectId: 'o' }]);
    expect(second).toMatchObject({ code: 'object_busy', busyWith: first?.ok && first.id });
  });

  test('rejects: one that was created before is answered as that', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'reject' } });
    const id = await world.create({ objectId: 'o', dedupeKey: 'k' });
    expect(await create(world.ctx, [{ objectId: 'o', dedupeKey: 'k' }])).toEqual([
      { ok: true, id, deduplicated: true },
    ]);
  });

  test('queues: they run one after the other, in the order of their creation', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    const made = await create(world.ctx, [...five, { objectId: 'other' }]);
    const ran: string[] = [];

    for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
      expect(tasks).toHaveLength(ran.length === 0 ? 2 : 1);
      ran.push(...tasks.filter((task) => task.objectId === 'o').map((task) => task.instanceId));
      await world.finish(tasks);
      await work(world);
    }
    expect(ran).toEqual(made.slice(0, 5).map((one) => one.ok && one.id));
  });

  test('queues: the limit of the workflow holds for those that are freed too', async () => {
    const world = await setup({
      dag: 'a',
      workflow: { onObjectBusy: 'queue', maxRunning: 1 },
    });
    await create(world.ctx, [...five, { objectId: 'other', priority: 5 }]);
    await work(world);
    const ran: string[] = [];

    for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
      expect(tasks).toHaveLength(1);
      ran.push(...tasks.map(({ objectId }) => objectId));
      await world.finish(tasks);
      await work(world);
    }
    expect(ran).toEqual(['other', 'o', 'o', 'o', 'o', 'o']);
  });

  test('replaces: only the newest is left, and the others say by whom they were replaced', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'replace' } });
    const first = await world.create({ objectId: 'o' });
    const [task] = await world.claim();
    const made = await create(world.ctx, [...five, { objectId: 'other' }]);
    const newest = made[4];
    await work(world);

    expect(await statusesOf(world)).toEqual([
      ...Array.from({ length: 5 }, () => 'cancelled'),
      'running',
      'running',
    ]);
    expect(await world.finish(task ? [task] : [])).toMatchObject([
      { ok: false, code: 'stale_attempt' },
    ]);
    const [event] = await world.db.sql`select * from instance_event where instance_id = ${first}`;
    expect(event).toMatchObject({
      type: 'cancelled',
      actor: 'system',
      message: `replaced by ${newest?.ok && newest.id}`,
    });
    await world.runAll();
    expect((await statusesOf(world)).filter((status) => status === 'succeeded')).toHaveLength(2);
  });
});

describe('who waits for an object', () => {
  test('may be cancelled while it waits, and the next one takes its place', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    const made = await create(world.ctx, five.slice(0, 3));
    const second = made[1];
    await cancelInstances(world.ctx, { ids: second?.ok ? [second.id] : [] });
    await world.runAll();
    await work(world);
    expect(await statusesOf(world)).toEqual(['succeeded', 'cancelled', 'running']);
  });

  test('in line for a slot is freed for by a cancellation, too', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue', enabled: false } });
    const [first] = await create(world.ctx, five.slice(0, 2));
    expect(await statusesOf(world)).toEqual(['queued', 'blocked']);
    await cancelInstances(world.ctx, { ids: first?.ok ? [first.id] : [] });
    await work(world);
    expect(await statusesOf(world)).toEqual(['cancelled', 'queued']);
  });

  test('after a retry waits again, behind the one that has it by then', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    const id = await world.create({ objectId: 'o' });
    await world.fail(await world.claim());
    await create(world.ctx, five.slice(0, 1));
    await retryInstances(world.ctx, { ids: [id] });
    await work(world);
    expect(await statusesOf(world)).toEqual(['blocked', 'running']);

    await world.runAll();
    await work(world);
    await world.runAll();
    expect(await statusesOf(world)).toEqual(['succeeded', 'succeeded']);
  });

  test('for later does not have it before its time, and waits for it then', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'reject' } });
    const runAt = new Date(world.ctx.clock().getTime() + 60_000).toISOString();
    await world.create({ objectId: 'o', runAt });
    await world.create({ objectId: 'o' });
    world.advanceClock(61);
    await sweep(world.ctx, { renew: false });
    await work(world);
    expect(await statusesOf(world)).toEqual(['blocked', 'running']);

    await world.runAll();
    await work(world);
    expect(await statusesOf(world)).toEqual(['running', 'succeeded']);
  });

  test('is let go when the workflow allows several', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await create(world.ctx, five);
    await changeWorkflow(world.ctx, { key: 'test', onObjectBusy: 'allow' });
    await work(world);
    expect(await world.claim()).toHaveLength(5);
  });

  test('of instances that began before the rule counts, waits for all of them', async () => {
    const world = await setup({ dag: 'a' });
    await create(world.ctx, five.slice(0, 2));
    await changeWorkflow(world.ctx, { key: 'test', onObjectBusy: 'queue' });
    await create(world.ctx, five.slice(0, 1));
    const [one, two] = await world.claim();

    await world.finish(one ? [one] : []);
    await work(world);
    expect(await statusesOf(world)).toEqual(['succeeded', 'running', 'blocked']);
    await world.finish(two ? [two] : []);
    await work(world);
    expect(await statusesOf(world)).toEqual(['succeeded', 'succeeded', 'running']);
  });
});

describe('races for an object', () => {
  const objects = ['x', 'y', 'z'];

  for (const onObjectBusy of ['queue', 'reject', 'replace'] as const) {
    test(`two processes that create, free and finish never let two run (${onObjectBusy})`, async () => {
      const world = await setup({ dag: 'a', workflow: { onObjectBusy } });
      const other = world.another();

      for (let round = 0; round < 6; round += 1) {
        await Promise.all(
          [world.ctx, other, world.ctx, other].map((ctx) =>
            create(
              ctx,
              objects.map((objectId) => ({ objectId })),
            ),
          ),
        );
        await Promise.all([
          work(world, [world.ctx, other]),
          world.claim().then((tasks) => world.finish(tasks)),
        ]);
        const busy = await world.db.sql`
          select object_id from instance
          where status in ('running', 'paused') or (status = 'queued' and not blocked)
          group by object_id having count(*) > 1
        `;
        expect(busy).toEqual([]);
      }

      await work(world, [world.ctx, other]);
      while ((await world.runAll()).length > 0) {
        await work(world, [world.ctx, other]);
      }
      const left = await world.db.sql`select from instance where finished_at is null`;
      expect(left).toHaveLength(0);
    });
  }

  test('a thousand wait for one object: each freeing costs the same, and replacing leaves one', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await create(
      world.ctx,
      Array.from({ length: 1_000 }, () => ({ objectId: 'o' })),
    );
    for (let round = 0; round < 3; round += 1) {
      expect(await world.runAll()).toHaveLength(1);
      await work(world);
    }
    await changeWorkflow(world.ctx, { key: 'test', onObjectBusy: 'replace' });
    const newest = await world.create({ objectId: 'o' });
    await work(world);

    expect((await world.look(newest)).status).toBe('running');
    expect(
      await world.db
        .sql`select status, count(*)::int from instance group by status order by status`,
    ).toEqual([
      { status: 'cancelled', count: 997 },
      { status: 'running', count: 1 },
      { status: 'succeeded', count: 3 },
    ]);
  });
});

test('nobody gives way to one that was cancelled meanwhile', async () => {
  const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'replace' } });
  await create(world.ctx, five.slice(0, 2));
  const newest = await world.create({ objectId: 'o' });
  let cancelled = false;
  const db = behind(world.db, 'order by id desc', async () => {
    if (!cancelled) {
      cancelled = true;
      await cancelInstances(world.ctx, { ids: [newest] });
    }
  });
  await work(world, [{ ...world.ctx, db }]);

  expect(await statusesOf(world)).toEqual(['cancelled', 'running', 'cancelled']);
});

describe('a wake-up that was lost with its process', () => {
  test('is made again by the sweep, for the objects that nobody has', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await create(world.ctx, [...five.slice(0, 2), { objectId: 'held' }, { objectId: 'held' }]);
    await world.finish((await world.claim()).filter(({ objectId }) => objectId === 'o'));
    await takeJobs(world.db);
    expect(await statusesOf(world)).toEqual(['succeeded', 'blocked', 'running', 'blocked']);

    await sweep(world.ctx, { renew: true });
    const freed = (await takeJobs(world.db)).filter(({ name }) => name === 'free');
    expect(freed.map(({ payload }) => payload)).toEqual([
      { projectId: 1, workflowId: world.workflowId, objectId: 'o' },
    ]);
  });

  test('is made again for every object, however many there are, a thousand at a time', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await world.create({ objectId: 'held' });
    await world.db.sql`
      insert into instance (
        project_id, id, workflow_id, version_id, status, blocked, exclusive, reads, limited, state,
        object_id, input, created_at
      )
      select
        1, gen_random_uuid(), workflow_id, version_id, 'queued', true, true, 0, false, '.',
        'o' || n, '{}', now()
      from instance
      cross join generate_series(1, 1_500) as n
    `;
    const freed = async () => {
      await sweep(world.ctx, { renew: true });
      return (await takeJobs(world.db)).filter(({ name }) => name === 'free').length;
    };

    expect([await freed(), await freed(), await freed()]).toEqual([1_000, 500, 1_000]);
  });

  test('is done once when it is done twice', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await create(world.ctx, five);
    await world.runAll();
    const object = { workflowId: world.workflowId, objectId: 'o' };
    const other = world.another();

    expect(await Promise.all([freeObject(world.ctx, object), freeObject(other, object)])).toContain(
      1,
    );
    expect(await freeObject(world.ctx, object)).toBe(0);
    expect(await statusesOf(world)).toEqual([
      'succeeded',
      'queued',
      'blocked',
      'blocked',
      'blocked',
    ]);
  });
});
