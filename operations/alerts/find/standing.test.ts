import { describe, expect, test } from 'vitest';
import type { Transaction } from '#db/database.ts';
import { setup, type World } from '#test/setup.ts';
import { pauseInstances } from '../../instances/pause.ts';
import { alerts, look, rule } from '../alerts.fixture.ts';

describe('how things stand', () => {
  // The first of the file: ids of instances only ever rise, also when the clock of the next test begins anew.
  test('a task that is stuck', async () => {
    const world = await setup({ dag: 'a', work: { run_seconds: 86_400 } });
    await rule(world, { kind: 'task_stuck', params: { olderThanSeconds: 600 } });
    const id = await world.create();
    await world.claim();
    world.advanceClock(500);
    await look(world);
    expect(await alerts(world)).toEqual([]);
    world.advanceClock(200);
    await look(world);

    expect(await alerts(world)).toMatchObject([
      { title: 'A task of "a" stuck', facts: { instances: [id], oldestSeconds: 700 } },
    ]);
  });

  test('a backlog by its count and by its age, and a worker that is missing', async () => {
    const world = await setup({ dag: 'a' });
    await rule(world, { kind: 'backlog', params: { count: 2 } });
    await rule(world, { kind: 'backlog', params: { olderThanSeconds: 120 }, works: ['a'] });
    await rule(world, { kind: 'backlog', params: { count: 1 }, works: ['other'] });
    await rule(world, { kind: 'no_worker', params: { olderThanSeconds: 60 } });
    for (let count = 0; count < 3; count += 1) {
      await world.create();
    }
    await look(world);
    expect((await alerts(world)).map(({ title }) => title)).toEqual([
      'Backlog: 3 tasks of work "a" wait',
    ]);

    world.advanceClock(130);
    await look(world);
    expect((await alerts(world)).map(({ kind }) => kind).toSorted()).toEqual([
      'backlog',
      'backlog',
      'no_worker',
    ]);
    await world.runAll();
    world.advanceClock(31);
    await look(world);
    expect((await alerts(world)).map(({ state }) => state)).toEqual([
      'resolved',
      'resolved',
      'resolved',
    ]);
  });

  test('queued instances behind the limit of their workflow', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 1 } });
    await rule(world, { kind: 'backlog', params: { of: 'instances', count: 1 } });
    await world.create();
    await world.create();
    await world.create();
    await look(world);

    expect(await alerts(world)).toMatchObject([
      { title: expect.stringContaining('instances of workflow "test" wait') as string },
    ]);
  });

  test('what waits for the world or a person is not stuck, nor what was handed out lately', async () => {
    const world = await setup({
      dag: 'a, go, later',
      nodes: { go: { type: 'signal' }, later: { type: 'wait', seconds: 86_400 } },
      work: { run_seconds: 86_400 },
    });
    await rule(world, { kind: 'task_stuck', params: { olderThanSeconds: 600 } });
    await world.create();
    world.advanceClock(700);
    await world.claim();
    world.advanceClock(500);
    await look(world);
    expect(await alerts(world)).toEqual([]);
    world.advanceClock(101);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ facts: { work: 'a' } }]);
  });

  test('only what could be taken counts as waiting, and a rule allows what it names', async () => {
    const world = await setup({ dag: 'a', workflow: { onObjectBusy: 'queue' } });
    await rule(world, { kind: 'backlog', params: { count: 2 } });
    await rule(world, { kind: 'backlog', params: { of: 'instances', count: 1 } });
    const paused = await world.create({ objectId: 'one' });
    // It waits for its object, not for a slot.
    await world.create({ objectId: 'one' });
    await world.create({ objectId: 'one' });
    await world.create({ objectId: 'two' });
    await world.create({ objectId: 'three' });
    await pauseInstances(world.ctx, { ids: [paused] });
    await look(world);
    expect(await alerts(world)).toEqual([]);

    await world.create({ objectId: 'four' });
    await look(world);
    expect(await alerts(world)).toMatchObject([{ facts: { of: 'tasks', count: 3 } }]);
  });

  test('of a long line as much is counted as tells that it is too long', async () => {
    const world = await setup({
      dag: 'f',
      nodes: { f: { type: 'fanout', items: 'range(1100)', work: 'f' } },
    });
    await rule(world, { kind: 'backlog', params: { count: 5 } });
    await world.create();
    await look(world);
    expect(await alerts(world)).toMatchObject([
      {
        title: 'Backlog: more than 1000 tasks of work "f" wait',
        facts: { count: 1_000, more: true },
      },
    ]);
  });

  test('a worker that asked lately is not missing, and a work that is pushed has none', async () => {
    const world = await setup({ dag: 'a, b' });
    await world.db.sql`
      update work set delivery = 'push', url = 'https://worker.example' where key = 'b'
    `;
    await rule(world, { kind: 'no_worker', params: { olderThanSeconds: 60 } });
    await world.create();
    world.advanceClock(61);
    await world.claim(1, ['a']);
    await world.create();
    world.advanceClock(59);
    await look(world);
    expect(await alerts(world)).toEqual([]);
    world.advanceClock(2);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ facts: { kind: 'no_worker', work: 'a' } }]);
  });

  test('a rule that names works says nothing of endpoints of notifications', async () => {
    const world = await setup({ dag: 'a' });
    await rule(world, { kind: 'endpoint_down', works: ['a'] });
    const now = world.ctx.clock();
    await world.db.sql`
      insert into endpoint (
        project_id, id, name, url, events, secrets, enabled, disabled_reason, disabled_at,
        created_at, updated_at
      )
      values (
        1, gen_random_uuid(), 'gone', 'https://hooks.example', '{instance.failed}', '{whsec_x}',
        false, 'gone', ${now}, ${now}, ${now}
      )
    `;
    await look(world);
    expect(await alerts(world)).toEqual([]);
  });

  test('an endpoint that does not answer', async () => {
    const world = await setup({
      dag: 'a',
      work: { delivery: 'push', url: 'https://worker.example/push?token=secret' },
    });
    await rule(world, { kind: 'endpoint_down' });
    await world.create();
    await world.db.sql`update task set deliveries = 3`;
    await look(world);

    const [alert] = await alerts(world);
    expect(alert?.lines).toEqual(['https://worker.example: 3 pushes of one task in vain']);
    expect(JSON.stringify(alert)).not.toContain('secret');
  });

  test('an endpoint of notifications that fails, or was switched off for it, but not by a person', async () => {
    const world = await setup({ dag: 'a' });
    await rule(world, { kind: 'endpoint_down' });
    const add = (name: string, reason: string | null, failing: boolean) => world.db.sql`
      insert into endpoint (
        project_id, id, name, url, events, secrets, enabled, disabled_reason, disabled_at,
        failing_since, created_at, updated_at
      )
      values (
        1, gen_random_uuid(), ${name}, 'https://hooks.example', '{instance.failed}', '{whsec_x}',
        ${reason === null}, ${reason}, ${reason === null ? null : world.ctx.clock()},
        ${failing ? world.ctx.clock() : null}, ${world.ctx.clock()}, ${world.ctx.clock()}
      )
    `;
    await add('gone', 'gone', true);
    await add('by hand', 'person', true);
    await add('well', null, false);
    await add('failing', null, true);
    await look(world);
    expect((await alerts(world)).map(({ title }) => title)).toEqual([
      'Endpoint "gone" was switched off',
    ]);
    world.advanceClock(301);
    await look(world);
    expect((await alerts(world)).map(({ title }) => title).toSorted()).toEqual([
      'Endpoint "gone" was switched off',
      'Notifications do not reach endpoint "failing"',
    ]);
  });

  test('is looked up by indexes, and costs no more the more has run', async () => {
    const world = await setup({ dag: 'a -> b' });
    await rule(world, { kind: 'instance_failed' });
    await rule(world, { kind: 'failure_rate', params: { percent: 50 } });
    await rule(world, { kind: 'task_stuck', params: { olderThanSeconds: 60 } });
    await rule(world, { kind: 'backlog', params: { count: 10 } });
    await rule(world, { kind: 'backlog', params: { of: 'instances', count: 10 } });
    await rule(world, { kind: 'dispatch_timeout' });
    await rule(world, { kind: 'endpoint_down' });
    await rule(world, { kind: 'no_worker' });
    const measure = async () => {
      await look(world);
      world.advanceClock(120);
      return readBy(world, () => look(world));
    };

    await world.create();
    const before = await measure();
    for (let count = 0; count < 200; count += 1) {
      await world.create();
    }
    await world.runAll();
    await world.create();
    // Reports leave dead rows behind, which the first who comes along clears.
    await world.db.sql`vacuum analyze task`;
    await world.db.sql`vacuum analyze instance`;

    const after = await measure();
    for (const read of [before, after]) {
      // A handful of live rows of the hundreds there are, and none of the trace.
      expect([...read.keys()].filter((table) => /^(attempt|instance_)/.test(table))).toEqual([]);
      expect((read.get('task') ?? 0) + (read.get('instance') ?? 0)).toBeLessThan(40);
    }
  });
});

/** Rows of the large tables that the transactions of `work` read. */
async function readBy(world: World, work: () => Promise<unknown>): Promise<Map<string, number>> {
  const { transaction } = world.db;
  const read = new Map<string, number>();
  const counting = <T>(inner: (tx: Transaction) => Promise<T>) =>
    transaction(async (tx) => {
      // The server counts per connection, and forgets at moments of its own.
      const before = await readSoFar(tx);
      const answer = await inner(tx);
      for (const [table, count] of await readSoFar(tx)) {
        read.set(table, (read.get(table) ?? 0) + count - (before.get(table) ?? 0));
      }
      return answer;
    });
  Object.assign(world.db, { transaction: counting });
  await work();
  Object.assign(world.db, { transaction });

  return new Map([...read].filter(([, count]) => count > 0));
}

async function readSoFar(tx: Transaction): Promise<Map<string, number>> {
  const rows = await tx<{ table: string; count: number }[]>`
    select relname as table, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as count
    from pg_stat_xact_user_tables
    where relname ~ '^(task|instance|attempt|instance_event)'
  `;
  return new Map(rows.map(({ table, count }) => [table, count]));
}
