import { describe, expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { takeJobs } from '#test/jobs.ts';
import { isRefusal } from '../refusal.ts';
import { sweep } from '../sweeps/sweep.ts';
import { acknowledgeAlert, silenceAlert } from './acknowledge.ts';
import { alerts, channel, did, failOne, look, messages, rule } from './alerts.fixture.ts';
import { evaluateAlerts } from './evaluate.ts';
import { recordDeadLetters } from './events.ts';
import { takeMessages } from './outbox.ts';
import { changeAlertRule, changeAlertRuleInput } from './rules/change.ts';

const RETRY_NOTHING = { nodes: { a: { retry: { limit: 0 } } } };

describe('failed instances', () => {
  test('are one message for all that fail within half a minute, and each is counted once', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await rule(world, { kind: 'instance_failed', channels: [await channel(world)] });

    await failOne(world);
    await look(world);
    await failOne(world);
    await failOne(world);
    world.advanceClock(10);
    await Promise.all([look(world), look(world)]);
    expect(await messages(world)).toEqual([]);
    expect(await alerts(world)).toMatchObject([{ state: 'firing', count: 3 }]);

    world.advanceClock(25);
    await look(world);
    await look(world);
    expect(await messages(world)).toMatchObject([
      {
        type: 'fired',
        title: '3 instances of "test" failed',
        lines: expect.arrayContaining(['object: task "a": card declined']) as string[],
        url: 'https://l.example/instances?status=failed&workflow=test',
      },
    ]);
  });

  test('speak again after the quiet period, with what came meanwhile; then the alert ends in silence', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await rule(world, { kind: 'instance_failed', channels: [await channel(world)] });
    await failOne(world);
    await look(world);
    world.advanceClock(31);
    await look(world);

    for (let count = 0; count < 4; count += 1) {
      await failOne(world);
      world.advanceClock(60);
      await look(world);
    }
    expect(await messages(world)).toHaveLength(1);
    world.advanceClock(400);
    await look(world);
    const [, second, third] = await messages(world);
    expect(second).toMatchObject({ title: '4 instances of "test" failed' });
    expect(second?.lines.at(-1)).toContain('5 in all since');
    expect(third).toBeUndefined();

    world.advanceClock(601);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ state: 'resolved', count: 5 }]);
    expect(await messages(world)).toHaveLength(2);
  });

  test('of another workflow, those that succeed and those before the rule are none of its business', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await failOne(world);
    const id = await rule(world, { kind: 'instance_failed', workflows: ['other'] });
    await failOne(world);
    await world.create();
    await world.runAll();
    await look(world);
    expect(await alerts(world)).toEqual([]);

    await changeAlertRule(world.ctx, { id, ...changeAlertRuleInput.parse({ workflows: [] }) });
    await failOne(world);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ count: 1 }]);
  });

  test('are counted also if they failed as soon as they were made', async () => {
    const world = await setup({ dag: 'a', nodes: { a: { input: '{{ input.missing }}' } } });
    await rule(world, { kind: 'instance_failed' });
    await rule(world, { kind: 'failure_rate', params: { percent: 50, minimum: 2 } });

    await world.create();
    await world.create();
    await look(world);
    expect(await alerts(world)).toMatchObject([
      { kind: 'failure_rate' },
      { kind: 'instance_failed', count: 2 },
    ]);
  });

  test('cost reports nothing while no rule asks for them', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await failOne(world);
    await world.create();
    await world.runAll();

    expect(await world.db.sql`select from alert_event`).toHaveLength(0);
  });
});

test('a process that dies in the middle of a look has neither lost nor repeated anything', async () => {
  const world = await setup({ dag: 'a', ...RETRY_NOTHING });
  await rule(world, { kind: 'instance_failed', channels: [await channel(world)], quietSeconds: 0 });
  await failOne(world);
  const dying = async () => {
    const dies = world.db.transaction(async (tx) => {
      const db = {
        ...world.db,
        transaction: (work: (of: typeof tx) => Promise<unknown>) => work(tx),
      };
      await evaluateAlerts(
        { ...world.ctx, db: db as typeof world.db },
        { publicUrl: 'https://l.example' },
      );
      throw new Error('killed before the commit');
    });
    await expect(dies).rejects.toThrow('killed');
  };

  await dying();
  await look(world);
  world.advanceClock(31);
  await dying();
  expect(await messages(world)).toHaveLength(0);
  await look(world);
  expect(await messages(world)).toHaveLength(1);

  // Dies while the message is on its way: it is taken again when its lease is over, and not before.
  const [channelId = ''] = (await world.db.sql<{ id: string }[]>`select id from alert_channel`).map(
    ({ id }) => id,
  );
  expect((await takeMessages(world.ctx, { channelId }))?.messages).toHaveLength(1);
  expect((await takeMessages(world.ctx, { channelId }))?.messages).toHaveLength(0);
  world.advanceClock(61);
  await takeJobs(world.db);
  await look(world);
  expect(await takeJobs(world.db)).toContainEqual({
    name: 'sendAlerts',
    payload: { projectId: 1, channelId },
  });
  expect((await takeMessages(world.ctx, { channelId }))?.messages).toHaveLength(1);
});

describe('failure rates', () => {
  test('fire above the percentage, once enough have ended, and tell when it is over', async () => {
    const world = await setup({ dag: 'a', ...RETRY_NOTHING });
    await rule(world, {
      kind: 'failure_rate',
      params: { percent: 50, minimum: 4, windowSeconds: 300 },
      channels: [await channel(world, 'zh')],
    });
    await failOne(world);
    await failOne(world);
    await failOne(world);
    await look(world);
    expect(await alerts(world)).toEqual([]);

    await world.create();
    await world.runAll();
    await look(world);
    expect(await alerts(world)).toMatchObject([
      { title: '75 % of the instances of "test" failed', state: 'firing' },
    ]);
    world.advanceClock(31);
    await look(world);
    world.advanceClock(400);
    await look(world);
    world.advanceClock(31);
    await look(world);
    expect(await alerts(world)).toMatchObject([{ state: 'resolved' }]);
    expect(await messages(world)).toMatchObject([
      { type: 'fired', title: '工作流“test”的失败率为 75%' },
      { type: 'resolved', title: '已恢复: 工作流“test”的失败率为 75%' },
    ]);
  });
});

test('dispatch timeouts are counted by their work', async () => {
  const world = await setup({
    dag: 'a',
    nodes: { a: { retry: { limit: 5, delaySeconds: 1 } } },
    work: { start_report: true, dispatch_seconds: 30, dispatch_mode: 'absolute' },
  });
  await rule(world, { kind: 'dispatch_timeout', params: { count: 2, windowSeconds: 600 } });
  await world.create();
  for (let lost = 0; lost < 2; lost += 1) {
    await world.claim();
    world.advanceClock(40);
    await sweep(world.ctx, { renew: false });
    world.advanceClock(40);
    await sweep(world.ctx, { renew: false });
    await look(world);
    expect(await alerts(world)).toHaveLength(lost);
  }
  expect(await alerts(world)).toMatchObject([{ title: 'Dispatch timeouts of "a": 2' }]);
});

test('deliveries that were given up are counted by their receiver', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'dead_letter' });
  const letter = {
    projectId: 1,
    of: 'notification' as const,
    subject: 'https://hooks.example',
    instanceId: null,
    message: 'answered 404',
  };
  await world.db.transaction((tx) => recordDeadLetters(world.ctx, tx, [letter, letter]));
  await look(world);

  expect(await alerts(world)).toMatchObject([
    { title: '2 deliveries to "https://hooks.example" given up', lines: ['answered 404'] },
  ]);
});

test('who acknowledges hears of the end only; who silences hears nothing, also of what comes back', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'backlog', params: { count: 1 }, channels: [await channel(world)] });
  await world.create();
  await world.create();
  await look(world);
  const [first] = await alerts(world);
  await silenceAlert(world.ctx, { id: first?.id ?? '', seconds: 3_600 });
  world.advanceClock(60);
  await look(world);
  await world.runAll();
  world.advanceClock(60);
  await look(world);
  await world.create();
  await world.create();
  await look(world);
  world.advanceClock(60);
  await look(world);
  expect(await messages(world)).toEqual([]);

  world.advanceClock(3_600);
  await look(world);
  expect(await messages(world)).toHaveLength(1);
  const [open] = await alerts(world);
  expect(did(await acknowledgeAlert(world.ctx, { id: open?.id ?? '' }))).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'system',
  });
  expect(isRefusal(await acknowledgeAlert(world.ctx, { id: open?.id ?? '' }))).toBe(true);
  await world.runAll();
  world.advanceClock(60);
  await look(world);
  expect(await messages(world)).toMatchObject([{ type: 'fired' }, { type: 'resolved' }]);
});

test('a condition that comes and goes speaks once per quiet period', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'backlog', params: { count: 1 }, channels: [await channel(world)] });
  for (let round = 0; round < 5; round += 1) {
    await world.create();
    await world.create();
    await look(world);
    world.advanceClock(40);
    await look(world);
    await world.runAll();
    world.advanceClock(40);
    await look(world);
  }

  // It came five times within 400 s: told of once, and of its end.
  expect(await messages(world)).toMatchObject([{ type: 'fired' }, { type: 'resolved' }]);
});
