import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { alerts, failOne, look, rule } from './alerts.fixture.ts';
import { recordDeadLetters, recordDispatchTimeouts } from './events.ts';
import { changeAlertRule, changeAlertRuleInput } from './rules/change.ts';

const RETRY_NOTHING = { nodes: { a: { retry: { limit: 0 } } } };

const change = (world: World, id: string, changes: object) =>
  changeAlertRule(world.ctx, { id, ...changeAlertRuleInput.parse(changes) });

async function succeed(world: World): Promise<void> {
  await world.create();
  await world.runAll();
}

test('a look takes all that has happened, however much that is', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'dead_letter' });
  await world.db.sql`
    insert into alert_event (project_id, type, subject, at, failed, message)
    select 1, 'dead_push', 'a', ${world.ctx.clock()}, 1, 'no' from generate_series(1, 2001)
  `;
  expect(await look(world)).toMatchObject({ events: 2_001, fired: 1 });
  expect(await alerts(world)).toMatchObject([{ count: 2_001 }]);
});

test('an alert says how things stand by now', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'backlog', params: { count: 1 } });
  await world.create();
  for (const count of [2, 3]) {
    await world.create();
    await look(world);
    expect(await alerts(world)).toMatchObject([{ facts: { count }, count: 1 }]);
  }
});

describe('what happened', () => {
  test('names the last five, and whatever else is known of each', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await rule(world, { kind: 'instance_failed' });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(await failOne(world));
    }
    for (let count = 0; count < 7; count += 1) {
      ids.push(await world.create());
    }
    // Seven at once, in one event, as a batch of reports has them.
    await world.fail(await world.claim());
    await look(world);

    const [alert] = await alerts(world);
    expect(alert).toMatchObject({ count: 10 });
    const facts = alert?.facts;
    const named = facts?.kind === 'instance_failed' ? facts.examples.map(({ id }) => id) : [];
    expect(named).toEqual(ids.slice(-5));
  });

  test('to a push and to a notification of the same name is two things', async () => {
    const world = await setup({ dag: 'a' });
    await rule(world, { kind: 'dead_letter' });
    const letter = { projectId: 1, subject: 'a', instanceId: null, message: null };
    await world.db.transaction((tx) =>
      recordDeadLetters(world.ctx, tx, [
        { ...letter, of: 'push' },
        { ...letter, of: 'notification' },
      ]),
    );
    await look(world);
    expect((await alerts(world)).map(({ facts, count }) => [facts, count])).toEqual(
      expect.arrayContaining([
        [{ kind: 'dead_letter', of: 'push', key: 'a', message: null }, 1],
        [{ kind: 'dead_letter', of: 'notification', key: 'a', message: null }, 1],
      ]),
    );
  });

  test('while no rule asked for it is none of its business when it asks again', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    const id = await rule(world, { kind: 'instance_failed' });
    await change(world, id, { enabled: false });
    await failOne(world);
    expect(await world.db.sql`select from alert_event`).toHaveLength(0);

    await change(world, id, { enabled: true });
    await look(world);
    expect(await alerts(world)).toEqual([]);
  });
});

describe('a failure rate', () => {
  const rate = (world: World, params: object) =>
    rule(world, { kind: 'failure_rate', params: { percent: 50, minimum: 2, ...params } });

  test('fires above its percentage, and not at it, over all looks of its window', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await rate(world, { windowSeconds: 600 });
    await succeed(world);
    await look(world);
    await failOne(world);
    await look(world);
    await succeed(world);
    await failOne(world);
    await look(world);
    expect(await alerts(world)).toEqual([]);

    await failOne(world);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ facts: { failed: 3, ended: 5 } }]);
  });

  test('forgets the minutes that its window has left, and the table those of yesterday', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    // To the second half of a minute: the window of one minute begins with the next whole one.
    world.advanceClock(90 - (world.ctx.clock().getTime() % 60_000) / 1_000);
    await rate(world, { windowSeconds: 60 });
    await failOne(world);
    await failOne(world);
    world.advanceClock(31);
    await look(world);
    expect(await alerts(world)).toEqual([]);

    const minutes = () => world.db.sql`select from alert_tally`;
    expect(await minutes()).toHaveLength(1);
    world.advanceClock(24 * 3_600);
    await look(world);
    expect(await minutes()).toHaveLength(1);
    world.advanceClock(3_600);
    await look(world);
    expect(await minutes()).toHaveLength(0);
  });
});

test('dispatch timeouts of other works are none of the business of a rule that names some', async () => {
  const world = await setup({ dag: 'a -> b' });
  await rule(world, { kind: 'dispatch_timeout', works: ['b'], params: { count: 2 } });
  const lost = { projectId: 1, work: 'a' };
  await world.db.transaction((tx) =>
    recordDispatchTimeouts(world.ctx, tx, [lost, lost, { ...lost, work: 'b' }]),
  );
  await look(world);
  expect(await alerts(world)).toEqual([]);

  await world.db.transaction((tx) =>
    recordDispatchTimeouts(world.ctx, tx, [{ ...lost, work: 'b' }]),
  );
  await look(world);
  expect(await alerts(world)).toMatchObject([{ facts: { work: 'b', count: 2 } }]);
});
