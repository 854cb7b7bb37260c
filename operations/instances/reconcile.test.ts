import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { pauseInstances } from './pause.ts';
import { reconcileAll, reconcileSample } from './reconcile.ts';

const FAN = { type: 'fanout', items: 'range(3)', maxParallel: 1 };

async function begun(): Promise<World & { id: string }> {
  const world = await setup({ dag: 'a -> b, many', nodes: { many: FAN } });
  const id = await world.create();
  return { ...world, id };
}

test('there is nothing to find while instances run, wait and are paused', async () => {
  const world = await begun();
  const paused = await world.create();
  await pauseInstances(world.ctx, { ids: [paused] });
  await world.finish(await world.claim());

  expect(await reconcileAll(world.ctx)).toEqual({ looked: 2, drift: [] });
});

/** What somebody's hand in the tables may do, and the rules that notice it. */
const HANDS: readonly [
  string,
  (world: World & { id: string }) => PromiseLike<unknown>,
  string[],
][] = [
  [
    'a live task was deleted',
    ({ db, id }) => db.sql`delete from task where instance_id = ${id} and work = 'a'`,
    ['open_iff_live'],
  ],
  [
    'a task was left behind by an instance',
    ({ db, id }) => db.sql`delete from instance where id = ${id}`,
    ['task_of_nobody', 'task_of_nobody'],
  ],
  [
    'a task is held though its instance runs',
    ({ db, id }) => db.sql`update task set held = true where instance_id = ${id} and work = 'a'`,
    ['held_iff_paused'],
  ],
  [
    'a segment was counted twice',
    ({ db, id }) =>
      db.sql`update instance set state = replace(state, '=3,0,0,1', '=3,1,0,1') where id = ${id}`,
    ['segments_counted'],
  ],
  [
    'the line of a fan-out was lost',
    ({ db, id }) => db.sql`delete from segment_queue where instance_id = ${id}`,
    ['line_counted'],
  ],
  [
    'a node was settled and nobody went on',
    ({ db, id }) => db.sql`
        with gone as (delete from task where instance_id = ${id} and work = 'a')
        update instance set state = overlay(state placing 's' from 1) where id = ${id}
      `,
    ['nothing_overdue'],
  ],
];

describe('it notices that', () => {
  test.each(HANDS)('%s', async (_what, meddle, rules) => {
    const world = await begun();
    await meddle(world);
    const { drift } = await reconcileAll(world.ctx);

    expect(drift.map(({ rule }) => rule)).toEqual(rules);
  });
});

test('a sample finds what is wrong with the oldest, says so, and looks at none twice', async () => {
  const world = await begun();
  await world.db.sql`delete from task where work = 'a'`;
  const said: object[] = [];
  const log = { ...world.ctx.log, error: (facts: object) => said.push(facts) };

  const { looked, drift } = await reconcileSample({ ...world.ctx, log }, 0.5);

  expect(looked).toBe(1);
  expect(drift).toHaveLength(1);
  expect(said).toEqual(drift);
});
