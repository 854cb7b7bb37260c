import { describe, expect, test } from 'vitest';
import { setup, type World } from '../../test/setup.ts';
import { quantile, RELATIVE_ERROR } from '#engine/forecast/sketch.ts';
import { retryInstances } from '../instances/retry.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from '../signals/send.ts';
import { sweep } from '../sweeps/sweep.ts';
import { forecastWorkflow } from './workflow.ts';
import { measureDurations } from './measure.ts';
import { loadRecords } from './records.ts';

async function records(world: World) {
  return loadRecords(world.db.reads, {
    projectId: 1,
    workflowId: world.workflowId,
    days: 7,
    now: world.ctx.clock(),
  });
}

/**
 * Looks until all that has ended by now was looked at: the horizon is the whole server's, and tests beside this one have transactions of
 * their own.
 */
async function measureAll(world: World): Promise<void> {
  const [now] = await world.db.sql<{ horizon: string }[]>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as horizon
  `;
  await expect
    .poll(async () => {
      await measureDurations(world.ctx);
      const [measured] = await world.db.sql<{ horizon: string }[]>`
          select horizon::text from measured
        `;
      return BigInt(measured?.horizon ?? 0) >= BigInt(now?.horizon ?? 0);
    })
    .toBe(true);
}

/** Creates an instance and runs it: each of its tasks waits and runs so long. */
async function runOne(world: World, waits: number, runs: number): Promise<void> {
  await world.create();
  world.advanceClock(waits);
  for (let tasks = await world.claim(); tasks.length > 0; tasks = await world.claim()) {
    world.advanceClock(runs);
    await world.finish(tasks);
    world.advanceClock(waits);
  }
}

async function counts(world: World): Promise<Record<string, number>> {
  const rows = await world.db.sql<{ node: string; kind: string; count: number }[]>`
    select node, kind, sum(count)::int as count from duration group by node, kind order by 1, 2
  `;
  return Object.fromEntries(rows.map(({ node, kind, count }) => [`${node}:${kind}`, count]));
}

describe('measuring', () => {
  test('finds the percentiles that sorting finds, within the stated error', async () => {
    const world = await setup({ dag: 'a' });
    const waits = Array.from({ length: 60 }, (_, index) => ((index * 37) % 60) ** 2 / 100);
    const runs = Array.from({ length: 60 }, (_, index) => 0.003 * 1.2 ** ((index * 23) % 60));
    for (const [index, wait] of waits.entries()) {
      await runOne(world, wait, runs[index] ?? 0);
      if (index % 20 === 0) {
        await measureDurations(world.ctx);
      }
    }
    await measureAll(world);

    const a = (await records(world)).get('a');
    for (const [sketch, exact] of [
      [a?.wait, waits],
      [a?.run, runs],
    ] as const) {
      const sorted = exact.toSorted((one, other) => one - other);
      for (const q of [0.5, 0.9, 0.99]) {
        const right = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
        const found = sketch ? quantile(sketch, q) : null;
        // The clock of the tests and the database count whole milliseconds.
        expect(Math.abs((found ?? 0) - right)).toBeLessThan(0.0021 + right * RELATIVE_ERROR);
      }
      expect(sketch?.count).toBe(60);
      expect(sketch?.seconds).toBeCloseTo(
        exact.reduce((sum, one) => sum + one, 0),
        0,
      );
    }
  });

  test('counts everything once, whoever looks how often', async () => {
    const world = await setup({ dag: 'a -> b' });
    const other = world.another();
    await measureDurations(world.ctx);

    for (let round = 0; round < 4; round += 1) {
      await runOne(world, 1, 2);
      await Promise.all([
        measureDurations(world.ctx),
        measureDurations(other),
        runOne(world, 1, 2),
        measureDurations(other),
      ]);
      await measureDurations(other);
    }
    await measureAll(world);
    await measureAll(world);

    expect(await counts(world)).toEqual({
      ':run': 8,
      ':wait': 8,
      'a:run': 8,
      'a:wait': 8,
      'b:run': 8,
      'b:wait': 8,
    });
  });

  test('counts what a transaction wrote that was still open at the last look', async () => {
    const world = await setup({ dag: 'a' });
    await runOne(world, 1, 2);
    await measureAll(world);
    await world.create();
    const [task] = await world.claim();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const held = Promise.withResolvers<void>();
    // An older transaction than any of the next: it holds the horizon, though it writes nothing of interest itself.
    const holding = world.db.transaction(async (tx) => {
      await tx`select pg_current_xact_id()`;
      held.resolve();
      await finished;
    });
    await held.promise;
    await world.finish(task ? [task] : []);
    await measureDurations(world.ctx);

    expect((await counts(world))['a:run']).toBe(1);
    finish();
    await holding;
    await measureAll(world);
    expect((await counts(world))['a:run']).toBe(2);
  });

  test('a look that dies has counted nothing, and the next one counts it', async () => {
    const world = await setup({ dag: 'a' });
    await runOne(world, 1, 2);
    const dies = world.db.transaction(async (tx) => {
      const db = {
        ...world.db,
        transaction: (work: (of: typeof tx) => Promise<unknown>) => work(tx),
      };
      await measureDurations({ ...world.ctx, db: db as typeof world.db });
      throw new Error('killed before the commit');
    });

    await expect(dies).rejects.toThrow('killed');
    expect(await counts(world)).toEqual({});
    await measureAll(world);
    expect((await counts(world))['a:run']).toBe(1);
  });

  test('knows a fan-out as a whole and by its segments; how long failures ran it does not count', async () => {
    const world = await setup({
      dag: 'f -> w',
      nodes: {
        f: { type: 'fanout', items: '[1, 2, 3]', work: 'f' },
      },
    });
    await world.create();
    const segments = await world.claim();
    for (const segment of segments) {
      world.advanceClock(10);
      await world.finish([segment]);
    }
    await world.fail(await world.claim());
    await measureAll(world);

    expect(await counts(world)).toEqual({ 'f:segment': 3, 'f:wait': 3, 'w:wait': 1 });
    await runOne(world, 0, 10);
    await measureAll(world);
    const found = await records(world);
    expect(found.get('f')?.segment?.count).toBe(6);
    expect(found.get('f')?.run).toMatchObject({ count: 1, seconds: 10 });
    expect(found.get('')?.run?.count).toBe(1);
  });

  test('counts how long something waited for a worker, and nothing that it waited for besides', async () => {
    const always = { from: '00:00', to: '00:00', timeZone: 'UTC' };
    const world = await setup({
      dag: 'late, windowed, again, nap, go',
      nodes: {
        late: { delaySeconds: 100 },
        windowed: { window: always },
        again: { retry: { limit: 1, delaySeconds: 50, backoff: 'fixed' } },
        nap: { type: 'wait', seconds: 20 },
        go: { type: 'signal' },
      },
    });
    const id = await world.create();
    world.advanceClock(3);
    await world.fail(await world.claim(1, ['again']));
    world.advanceClock(100);
    await sweep(world.ctx, { renew: false });
    await world.finish(await world.claim());
    await sendSignal(world.ctx, { id, name: 'go' });
    expect((await world.look(id)).status).toBe('succeeded');
    await measureAll(world);

    const rows = await world.db.sql<{ node: string; kind: string; seconds: number }[]>`
      select node, kind, sum(seconds)::float8 as seconds
      from duration where node <> '' group by node, kind order by 1, 2
    `;
    expect(rows.map(({ node, kind, seconds }) => `${node}:${kind} ${Math.round(seconds)}`)).toEqual(
      [
        'again:run 0',
        'again:wait 3',
        'go:run 103',
        'late:run 0',
        'late:wait 3',
        'nap:run 103',
        'windowed:run 0',
      ],
    );
  });

  test('does not count how long a run took that a person tried again', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 0 } } } });
    const id = await world.create();
    await world.fail(await world.claim());
    await retryInstances(world.ctx, { ids: [id] });
    await world.runAll();
    await measureAll(world);

    expect(await counts(world)).toEqual({ 'a:run': 1, 'a:wait': 1 });
  });

  test('forgets what is older than five weeks', async () => {
    const world = await setup({ dag: 'a' });
    const now = world.ctx.clock();
    await world.db.sql`
      insert into duration (project_id, workflow_id, node, kind, day, bucket, count, seconds)
      select
        1, ${world.workflowId}, 'a', 'run',
        (${now}::timestamptz at time zone 'UTC')::date - days, 1, 1, 1
      from unnest(array[35, 36]) as days
    `;
    await measureDurations(world.ctx);

    expect(await counts(world)).toEqual({ 'a:run': 1 });
  });

  test('a database that was restored elsewhere goes on from where its new home is', async () => {
    const world = await setup({ dag: 'a' });
    await world.db.sql`update measured set horizon = 9000000000000, mark = 9000000000000`;
    await runOne(world, 1, 1);

    expect(await measureDurations(world.ctx)).toBe(0);
    await runOne(world, 1, 1);
    await measureAll(world);
    expect((await counts(world))['a:run']).toBeGreaterThan(0);
  });
});

test('a workflow without a record foretells nothing', async () => {
  const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
  await world.create();
  const forecast = await forecastWorkflow(world.ctx, { key: 'test', days: 7 });

  expect(forecast).toMatchObject({
    wait: null,
    run: null,
    nodes: [],
    queue: { queued: 1, slots: 1, perSecond: null, emptyAt: null, growing: null },
  });
  expect(isRefusal(await forecastWorkflow(world.ctx, { key: 'none', days: 7 }))).toBe(true);
});
