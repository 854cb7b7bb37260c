/** Who comes first, and that finding out costs the same however many wait. */
import { describe, expect, test } from 'vitest';
import { takeJobs } from '../../test/jobs.ts';
import { setup, type World } from '../../test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { changeWorkflow } from '../workflows/change.ts';
import { admitInstances, findNext } from './admit.ts';
import { createInstances } from './create.ts';
import { rankWaiting } from './rank.ts';
import { pauseInstances, resumeInstances } from './pause.ts';

/** Queued instances by plain SQL, with object ids from o1 on. */
async function fill(world: World, count: number): Promise<void> {
  await world.db.sql`
    insert into instance (
      project_id, id, workflow_id, version_id, status, priority, rank, reads, limited, state,
      object_id, input, created_at
    )
    select
      1, gen_random_uuid(), ${world.workflowId}, v.id, 'queued', n % 10, n % 10, 0, true, '.',
      'o' || n, '{}', now()
    from generate_series(1, ${count}::int) as n
    cross join (select id from version limit 1) as v
  `;
}

/** The plan of the statement as the engine's connections run it: made once, for whatever values. */
async function planOf(world: World, admission: 'fifo' | 'lifo'): Promise<string> {
  const { projectId } = world.ctx;
  const line = {
    projectId,
    workflowId: world.workflowId,
    admission,
    limit: 500,
    now: world.ctx.clock(),
  };

  return world.db.transaction(async (tx) => {
    const { string } = await findNext(tx, line).describe();
    const places = string.match(/\$\d+/g) ?? [];
    await tx.unsafe(`prepare look as ${string}`);
    const rows = await tx.unsafe(`explain execute look(${places.map(() => 'null').join(', ')})`);
    await tx.unsafe('deallocate look');
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
  });
}

/** Admits, runs and finishes one after the other; answers the object ids in that order. */
async function drain(world: World): Promise<string[]> {
  const ran: string[] = [];
  for (;;) {
    await admitInstances(world.ctx, world.workflowId);
    const tasks = await world.claim();
    if (tasks.length === 0) {
      return ran;
    }
    ran.push(...tasks.map(({ objectId }) => objectId));
    await world.finish(tasks);
  }
}

async function runningOf(world: World): Promise<number> {
  return (await world.db.sql`select from instance where status in ('running', 'paused')`).length;
}

describe('finding the next in line', () => {
  for (const admission of ['fifo', 'lifo'] as const) {
    test(`is one run through the index with ten and with 20,000 in line, and sorts nothing (${admission})`, async () => {
      const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
      const plans: string[] = [];

      for (const count of [0, 10, 20_000]) {
        await fill(world, count);
        plans.push(await planOf(world, admission));
        await world.db.sql`analyze instance`;
        plans.push(await planOf(world, admission));
      }
      for (const plan of plans) {
        expect(plan).toMatch(/Index (Only )?Scan( Backward)? using instance_queue/);
        expect(plan).not.toMatch(/Sort|Bitmap|Seq Scan|instance_by/);
      }
    });
  }
});

describe('ageing', () => {
  const ageing = { maxRunning: 1, ageingSeconds: 60 };

  test('lets an old one of low priority overtake a newer one of high priority at the right moment', async () => {
    const world = await setup({ dag: 'a', workflow: ageing });
    await world.create({ objectId: 'running' });
    await admitInstances(world.ctx, world.workflowId);
    await world.create({ objectId: 'old' });
    world.advanceClock(299);
    await world.create({ objectId: 'urgent in time', priority: 5 });
    world.advanceClock(2);
    await world.create({ objectId: 'urgent too late', priority: 5 });

    expect(await drain(world)).toEqual(['running', 'urgent in time', 'old', 'urgent too late']);
  });

  test('switched on or off counts for those in line too', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    const line = async () => {
      const rows = await world.db.sql`
        select object_id from instance where status = 'queued' order by rank desc, id
      `;
      return rows.map(({ object_id: id }) => id as string);
    };
    const change = async (ageingSeconds: number | null) => {
      await changeWorkflow(world.ctx, { key: 'test', ageingSeconds });
      expect((await takeJobs(world.db)).map(({ name }) => name)).toContain('rank');
      expect(await rankWaiting(world.ctx, world.workflowId)).toBe(2);
      expect(await rankWaiting(world.ctx, world.workflowId)).toBe(0);
    };
    await world.create({ objectId: 'old' });
    world.advanceClock(600);
    await world.create({ objectId: 'urgent', priority: 5 });
    expect(await line()).toEqual(['urgent', 'old']);

    await change(60);
    expect(await line()).toEqual(['old', 'urgent']);
    await change(3_600);
    expect(await line()).toEqual(['urgent', 'old']);
    await change(60);
    await change(null);
    expect(await line()).toEqual(['urgent', 'old']);
  });

  test('is counted anew for however many are in line', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1, enabled: false } });
    await fill(world, 4_500);
    await world.create({ runAt: new Date(Date.now() + 3_600_000).toISOString() });
    await changeWorkflow(world.ctx, { key: 'test', ageingSeconds: 60 });
    expect(await rankWaiting(world.ctx, world.workflowId)).toBe(4_501);
  });

  test('does not go with lifo, whichever of the two comes second', async () => {
    const world = await setup({ dag: 'a', workflow: ageing });
    const refused = { refused: 'invalid_request', errors: [{ pointer: '/ageingSeconds' }] };

    expect(await changeWorkflow(world.ctx, { key: 'test', order: 'lifo' })).toMatchObject(refused);
    expect(
      await changeWorkflow(world.ctx, { key: 'test', order: 'lifo', ageingSeconds: null }),
    ).toMatchObject({ order: 'lifo', ageingSeconds: null });
    expect(await changeWorkflow(world.ctx, { key: 'test', ageingSeconds: 60 })).toMatchObject(
      refused,
    );
  });
});

describe('a limit that changes', () => {
  test('shrunk stops admission until enough have ended; grown admits at once', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 4 } });
    const admit = () => admitInstances(world.ctx, world.workflowId);
    for (let index = 0; index < 10; index += 1) {
      await world.create({ objectId: `o${index}` });
    }
    expect(await admit()).toBe(4);

    await changeWorkflow(world.ctx, { key: 'test', maxRunning: 2 });
    const tasks = await world.claim();
    await world.finish(tasks.slice(0, 2));
    expect(await admit()).toBe(0);
    await world.finish(tasks.slice(2, 3));
    expect(await admit()).toBe(1);
    expect(await runningOf(world)).toBe(2);

    await changeWorkflow(world.ctx, { key: 'test', maxRunning: 5 });
    expect(await admit()).toBe(3);
    await changeWorkflow(world.ctx, { key: 'test', maxRunning: 0 });
    expect(await admit()).toBe(2);
  });

  test('set on a workflow that had none counts what runs already', async () => {
    const world = await setup({ dag: 'a' });
    await world.create();
    await world.create();
    await changeWorkflow(world.ctx, { key: 'test', maxRunning: 2 });
    await world.create();
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(0);
    await world.finish((await world.claim()).slice(0, 1));
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(1);
  });

  test('is never exceeded while it changes under two processes that create, admit and finish', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 3 } });
    const other = world.another();
    const make = (ctx: typeof world.ctx) =>
      createInstances(ctx, {
        workflow: 'test',
        instances: Array.from({ length: 10 }, (_, index) => ({ objectId: `o${index}` })),
      });
    let most = 3;

    for (const limit of [3, 5, 2, 4, 1]) {
      const changed = await changeWorkflow(world.ctx, { key: 'test', maxRunning: limit });
      expect(isRefusal(changed)).toBe(false);
      await Promise.all([
        make(world.ctx),
        make(other),
        admitInstances(world.ctx, world.workflowId),
        admitInstances(other, world.workflowId),
      ]);
      // A smaller limit ends nothing that runs.
      expect(await runningOf(world)).toBeLessThanOrEqual(Math.max(most, limit));
      await world.finish(await world.claim());
      most = limit;
    }
    expect(await drain(world)).not.toHaveLength(0);
    expect(await world.db.sql`select from instance where finished_at is null`).toHaveLength(0);
  });
});

describe('an order that changes', () => {
  test('counts for the queue at once', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    for (const objectId of ['first', 'second', 'third', 'last']) {
      await world.create({ objectId });
    }
    await changeWorkflow(world.ctx, { key: 'test', order: 'lifo' });
    await admitInstances(world.ctx, world.workflowId);
    const tasks = await world.claim();
    await changeWorkflow(world.ctx, { key: 'test', order: 'fifo' });
    await world.finish(tasks);

    expect(tasks.map(({ objectId }) => objectId)).toEqual(['last']);
    expect(await drain(world)).toEqual(['first', 'second', 'third']);
  });
});

describe('the switch', () => {
  test('off lets what runs finish and admits nothing; on goes on where it was', async () => {
    const world = await setup({ dag: 'a -> b', workflow: { maxRunning: 2 } });
    await Promise.all(Array.from({ length: 5 }, () => world.create()));
    await admitInstances(world.ctx, world.workflowId);
    await changeWorkflow(world.ctx, { key: 'test', enabled: false });
    expect(await world.runAll()).toHaveLength(4);
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(0);

    await changeWorkflow(world.ctx, { key: 'test', enabled: true });
    expect(await admitInstances(world.ctx, world.workflowId)).toBe(2);
  });
});

describe('a paused instance', () => {
  test('keeps its slot, and goes on in it', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    const id = await world.create({ objectId: 'paused' });
    await world.create({ objectId: 'next' });
    await admitInstances(world.ctx, world.workflowId);
    await pauseInstances(world.ctx, { ids: [id] });
    expect(await drain(world)).toEqual([]);

    await resumeInstances(world.ctx, { ids: [id] });
    expect(await drain(world)).toEqual(['paused', 'next']);
  });
});

describe('an instance whose state cannot be read', () => {
  test('is passed over and looked at again in a minute; those behind it begin', async () => {
    const logged: unknown[] = [];
    const world = await setup({ dag: 'a', workflow: { maxRunning: 2 } });
    const ctx = {
      ...world.ctx,
      log: { ...world.ctx.log, error: (facts: object) => logged.push(facts) },
    };
    const admit = () => admitInstances(ctx, world.workflowId);
    const broken = await world.create({ objectId: 'broken' });
    for (const objectId of ['one', 'two', 'three']) {
      await world.create({ objectId });
    }
    await world.db.sql`update instance set state = '?' where id = ${broken}`;

    expect(await admit()).toBe(2);
    expect(logged).toMatchObject([{ instanceId: broken }]);
    await world.finish(await world.claim());
    expect(await admit()).toBe(1);
    expect(logged).toHaveLength(1);

    // Its minute is over: it is the first in line again, and in nobody's way.
    world.advanceClock(61);
    await world.create({ objectId: 'four' });
    expect(await admit()).toBe(1);
    expect(logged).toHaveLength(2);

    await world.db.sql`update instance set state = '.' where id = ${broken}`;
    await world.finish(await world.claim());
    world.advanceClock(61);
    expect(await drain(world)).toEqual(['broken']);
  });
});
