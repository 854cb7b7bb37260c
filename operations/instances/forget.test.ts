/** What ended long ago leaves with all that is its own; what lives, or is tied to it, stays. */
import { describe, expect, test } from 'vitest';
import { listPartitions } from '#db/partitions.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import { setup, type World } from '#test/setup.ts';
import { isRefusal } from '../refusal.ts';
import { sendSignal } from '../signals/send.ts';
import { retain } from '../sweeps/retain.ts';
import { getTask } from '../tasks/get.ts';
import { changeWorkflow } from '../workflows/change.ts';
import { createInstances } from './create.ts';
import { forgetInstances } from './forget.ts';
import { getInstance } from './get.ts';
import { pauseInstances } from './pause.ts';
import { retryInstances } from './retry.ts';
import { explainInstanceById } from './why.ts';

const DAY = 86_400;

const forgetAfter = (world: World, retentionDays: number) =>
  forgetInstances(world.ctx, { retentionDays });

async function idsOf(world: World): Promise<string[]> {
  const rows = await world.db.sql<{ id: string }[]>`select id from instance order by id`;
  return rows.map(({ id }) => id);
}

/** Rows of each table that belong to instances, by the table. */
async function rowsOf(world: World, id: string): Promise<Record<string, number>> {
  const [row] = await world.db.sql<Record<string, number>[]>`
    select
      (select count(*)::int from attempt where instance_id = ${id}) as attempt,
      (select count(*)::int from instance_event where instance_id = ${id}) as instance_event,
      (select count(*)::int from signal where instance_id = ${id}) as signal,
      (select count(*)::int from segment_queue where instance_id = ${id}) as segment_queue,
      (select count(*)::int from task where instance_id = ${id}) as task,
      (select count(*)::int from instance where id = ${id}) as instance
  `;
  return row ?? {};
}

const NOTHING = {
  attempt: 0,
  instance_event: 0,
  signal: 0,
  segment_queue: 0,
  task: 0,
  instance: 0,
};

/** Ids of instances that ran to their end. */
async function finished(world: World, count = 1): Promise<string[]> {
  const made = await createInstances(world.ctx, {
    workflow: 'test',
    instances: Array.from({ length: count }, () => ({ objectId: 'object' })),
  });
  await world.runAll();
  return isRefusal(made) ? [] : made.results.flatMap((one) => (one.ok ? [one.id] : []));
}

describe('an instance that ended longer ago than it is kept', () => {
  test('leaves with its trace, events and signals; it is not there any more for whoever asks', async () => {
    const world = await setup({ dag: 'a' });
    // Kept by what lives in the same week, so that rows leave one by one.
    await world.create({ objectId: 'lives' });
    await world.claim();
    const [old = ''] = await finished(world);
    await world.db.sql`
      insert into signal (project_id, instance_id, name, at, actor)
      values (1, ${old}, 'late', now(), 'test')
    `;
    await world.db.sql`
      insert into instance_event (project_id, instance_id, at, type, actor)
      values (1, ${old}, now(), 'paused', 'test')
    `;
    await world.db.sql`
      insert into segment_queue (project_id, instance_id, node, first, segments)
      values (1, ${old}, 0, 0, '[[0, 0, null]]')
    `;

    world.advanceClock(30 * DAY);
    expect(await forgetAfter(world, 31)).toMatchObject({ instances: 0 });
    expect((await rowsOf(world, old)).attempt).toBe(1);
    world.advanceClock(DAY + 1);
    expect(await forgetAfter(world, 31)).toEqual({ instances: 1, partitions: [] });

    expect(await rowsOf(world, old)).toEqual(NOTHING);
    for (const answer of [
      await getInstance(world.ctx, { id: old }),
      await explainInstanceById(world.ctx, { id: old }),
      await getTask(world.ctx, { id: `${old}_a` }),
      await sendSignal(world.ctx, { id: old, name: 'late' }),
    ]) {
      expect(answer).toMatchObject({ refused: 'not_found' });
    }
    expect(await retryInstances(world.ctx, { ids: [old] })).toMatchObject({
      results: [{ ok: false, code: 'not_found' }],
    });
  });

  test('is kept for ever where nothing else is said, and as its workflow says where that does', async () => {
    const world = await setup({ dag: 'a' });
    const ids = await finished(world);
    world.advanceClock(1_000 * DAY);
    expect(await forgetAfter(world, 0)).toEqual({ instances: 0, partitions: [] });

    const keep = async (retentionDays: number | null) =>
      expect(await changeWorkflow(world.ctx, { key: 'test', retentionDays })).toMatchObject({
        retentionDays,
      });
    await keep(0);
    expect((await forgetAfter(world, 7)).instances).toBe(0);
    for (const days of [1_001, 36_500]) {
      await keep(days);
      expect((await forgetAfter(world, 7)).instances).toBe(0);
    }
    expect(await idsOf(world)).toEqual(ids);
    await keep(null);
    expect((await forgetAfter(world, 7)).instances).toBe(1);
  });
});

describe('stays, however old it is', () => {
  test('whatever has not ended', async () => {
    const world = await setup({ dag: 'a', workflow: { maxRunning: 2 } });
    const runAt = new Date(world.ctx.clock().getTime() + 500 * DAY * 1_000).toISOString();
    const ids = [await world.create(), await world.create(), await world.create()];
    ids.push(await world.create({ runAt }));
    await pauseInstances(world.ctx, { ids: ids.slice(0, 1) });
    world.advanceClock(400 * DAY);

    expect((await forgetAfter(world, 1)).instances).toBe(0);
    expect(await idsOf(world)).toEqual(ids.toSorted());
  });

  test('a parent with a child that lives, and a child whose parent does', async () => {
    const world = await setup({ dag: 'a' });
    const [parent = '', child = '', other = '', orphan = ''] = await finished(world, 4);
    const link = (of: string, id: string) => world.db.sql`
      update instance
      set parent_id = ${of}, parent_node = 0, parent_segment = -1, parent_attempt = 1,
        parent_token = gen_random_uuid()
      where id = ${id}
    `;
    const revive = (id: string, lives: boolean) => world.db.sql`
      update instance
      set status = ${lives ? 'queued' : 'succeeded'}, finished_at = ${lives ? null : world.ctx.clock()}
      where id = ${id}
    `;
    await link(parent, child);
    await link(other, orphan);
    await revive(child, true);
    await revive(other, true);

    world.advanceClock(10 * DAY);
    expect((await forgetAfter(world, 1)).instances).toBe(0);
    await revive(child, false);
    await revive(other, false);
    world.advanceClock(DAY / 2);
    expect((await forgetAfter(world, 1)).instances).toBe(2);
    expect(await idsOf(world)).toEqual([child, other]);
    world.advanceClock(DAY);
    expect((await forgetAfter(world, 1)).instances).toBe(2);
  });

  test('one that a person is starting over at that moment', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 0 } } } });
    const id = await world.create();
    await world.fail(await world.claim());
    world.advanceClock(2 * DAY);

    await world.db.transaction(async (tx) => {
      await tx`select from instance where id = ${id} for no key update`;
      expect((await forgetAfter(world, 1)).instances).toBe(0);
    });
    await retryInstances(world.ctx, { ids: [id] });
    expect((await forgetAfter(world, 1)).instances).toBe(0);
    expect(await world.runAll()).toEqual(['a']);
  });
});

/** Of the weeks that were over so long ago. */
const weeksBefore = async (world: World, days: number) => {
  const before = world.ctx.clock().getTime() - days * DAY * 1_000;
  return (await listPartitions(world.db.sql)).filter(({ to }) => to.getTime() <= before);
};
const namesOf = (weeks: readonly { name: string }[]) => weeks.map(({ name }) => name);

describe('a week', () => {
  test('in which something stays keeps its partitions, and that one its trace', async () => {
    const world = await setup({ dag: 'a -> b' });
    const kept = await world.create({ objectId: 'lives' });
    await world.finish(await world.claim(10, ['a']));
    expect(await world.claim(10, ['b'])).toHaveLength(1);
    const [gone = ''] = await finished(world, 3);
    const week = (await listPartitions(world.db.sql)).slice(0, 2);
    world.advanceClock(20 * DAY);
    expect((await forgetAfter(world, 10)).instances).toBe(3);

    expect(await listPartitions(world.db.sql)).toEqual(expect.arrayContaining(week));
    expect(await rowsOf(world, kept)).toMatchObject({ instance: 1, attempt: 1 });
    expect(await rowsOf(world, gone)).toEqual(NOTHING);
  });

  test('is dropped when nobody is at it; else it waits for the next time', async () => {
    const world = await setup({ dag: 'a' });
    await finished(world);
    world.advanceClock(20 * DAY);
    const past = namesOf(await weeksBefore(world, 1));

    await world.another().db.transaction(async (tx) => {
      await tx`select from attempt limit 1`;
      await tx`select from instance_event limit 1`;
      expect(await forgetAfter(world, 1)).toEqual({ instances: 1, partitions: [] });
    });
    expect((await forgetAfter(world, 1)).partitions).toEqual(past);
  });
});

test('however many there are leave slice by slice, and a process that stops leaves whole instances', async () => {
  const world = await setup({
    dag: 'f',
    nodes: { f: { type: 'fanout', work: 'f', items: '[1, 2, 3]' } },
  });
  await world.create({ objectId: 'lives' });
  await world.claim(1);
  for (let made = 0; made < 2_200; made += 1_000) {
    await finished(world, Math.min(1_000, 2_200 - made));
  }
  world.advanceClock(2 * DAY);
  const stopping = AbortSignal.abort();
  expect(await forgetInstances(world.ctx, { retentionDays: 1, stopping })).toMatchObject({
    instances: 0,
  });

  expect((await forgetAfter(world, 1)).instances).toBeGreaterThanOrEqual(2_200);
  const [left] = await world.db.sql<{ count: number }[]>`
    select count(*)::int as count from attempt where instance_id not in (select id from instance)
  `;
  expect(left).toEqual({ count: 0 });
});

// Ids never go back within a process, whatever the clock does: what makes instances after time has passed comes last.

test('a dedupe key may be given again when its instance has left', async () => {
  const world = await setup({ dag: 'a' });
  const first = await world.create({ dedupeKey: 'once' });
  await world.runAll();
  expect(await world.create({ dedupeKey: 'once' })).toBe(first);

  world.advanceClock(2 * DAY);
  await forgetAfter(world, 1);
  expect(await world.create({ dedupeKey: 'once' })).not.toBe(first);
});

test('a week of which nothing is to be kept goes as a whole', async () => {
  const world = await setup({ dag: 'a' });
  await finished(world, 3);
  world.advanceClock(20 * DAY);
  const [young = ''] = await finished(world, 1);
  const past = namesOf(await weeksBefore(world, 10));
  expect(past.length).toBeGreaterThanOrEqual(2);
  expect(await forgetAfter(world, 10)).toEqual({ instances: 3, partitions: past });

  expect(await idsOf(world)).toEqual([young]);
  expect((await rowsOf(world, young)).attempt).toBe(1);
  expect(await weeksBefore(world, 10)).toEqual([]);
});

test('the job does it beside the rest that it keeps in order', async () => {
  const world = await setup({ dag: 'a' });
  await finished(world, 2);
  await world.db.sql`
    insert into bulk (project_id, id, action, ids, actor, status, total, created_at, finished_at)
    values (
      1, ${uuidv7Floor(world.ctx.clock())}, 'cancel', '{}', '{}', 'succeeded', 0, now(), now()
    )
  `;
  world.advanceClock(91 * DAY);

  expect(await retain(world.ctx, { retentionDays: 30 })).toMatchObject({
    instances: 2,
    dropped: 12,
  });
  expect(await world.db.sql`select from bulk`).toHaveLength(0);
  // The next weeks are there, and what is made now runs.
  expect(await finished(world, 1)).toHaveLength(1);
});
