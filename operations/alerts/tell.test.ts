import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { acknowledgeAlert, silenceAlert } from './acknowledge.ts';
import { alerts, channel, did, look, messages, rule } from './alerts.fixture.ts';
import { changeAlertChannel } from './channels/change.ts';
import { createAlertChannel } from './channels/create.ts';
import { recordDeadLetters } from './events.ts';

/** Two runs wait for a rule that allows one. */
async function backlog() {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'backlog', params: { count: 1 }, channels: [await channel(world)] });
  await world.create();
  await world.create();
  await look(world);
  const [alert] = await alerts(world);
  return { world, id: alert?.id ?? '' };
}

async function lookLater(world: World, seconds = 31): Promise<void> {
  world.advanceClock(seconds);
  await look(world);
}

const giveUp = (world: World, ...subjects: readonly string[]) =>
  world.db.transaction((tx) =>
    recordDeadLetters(
      world.ctx,
      tx,
      subjects.map((subject) => ({
        projectId: 1,
        of: 'push' as const,
        subject,
        instanceId: null,
        message: 'answered 404',
      })),
    ),
  );

test('several alerts of a rule are one message, which names twenty of them', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'dead_letter', channels: [await channel(world)] });
  await giveUp(world, ...Array.from({ length: 22 }, (_, place) => `work-${place}`));
  await look(world);
  await lookLater(world);

  const [message, ...rest] = await messages(world);
  expect(rest).toEqual([]);
  expect(message).toMatchObject({
    title: '22 alerts of rule "Watch"',
    url: 'https://l.example/alerts',
  });
  expect(message?.lines).toHaveLength(21);
  expect(message?.lines[0]).toBe('A delivery to "work-0" given up');
  expect(message?.lines.at(-1)).toBe('… and 2 more');
});

test('a rule tells its own channels that are on, and its end wakes nobody up', async () => {
  const world = await setup({ dag: 'a' });
  const own = did(
    await createAlertChannel(world.ctx, {
      name: 'Team',
      kind: 'dingtalk',
      language: 'en',
      enabled: true,
      settings: { url: 'https://oapi.dingtalk.com/robot/send?access_token=t', at: ['all'] },
    }),
  );
  const off = await channel(world);
  await changeAlertChannel(world.ctx, { id: off, enabled: false });
  await channel(world);
  await rule(world, { kind: 'backlog', params: { count: 1 }, channels: [off, own.id] });
  await world.create();
  await world.create();
  await look(world);
  const [alert] = await alerts(world);
  await lookLater(world);
  await world.runAll();
  await lookLater(world);

  expect(await messages(world)).toMatchObject([
    { type: 'fired', at: ['all'] },
    {
      type: 'resolved',
      at: [],
      title: 'Resolved: Backlog: 2 tasks of work "a" wait',
      lines: [`It began ${alert?.since.slice(0, 19).replace('T', ' ')} UTC`],
      url: 'https://l.example/alerts',
    },
  ]);
  const told = await world.db.sql`select distinct channel_id as id from alert_message`;
  expect([...told]).toEqual([{ id: own.id }]);
});

test('the first message of what is counted says no sum, and each says how often it came since the last', async () => {
  const world = await setup({ dag: 'a' });
  await rule(world, { kind: 'dead_letter', channels: [await channel(world)], quietSeconds: 0 });
  for (const times of [1, 2]) {
    await giveUp(world, ...Array.from({ length: times }, () => 'resize'));
    await look(world);
    await lookLater(world);
  }

  const [first, second] = await messages(world);
  expect(first).toMatchObject({
    title: 'A delivery to "resize" given up',
    lines: ['answered 404'],
  });
  expect(second).toMatchObject({
    title: '2 deliveries to "resize" given up',
    lines: ['answered 404', expect.stringMatching(/^3 in all since /) as string],
  });
});

describe('nobody is told', () => {
  test('of what a person had in hand before the first message', async () => {
    const { world, id } = await backlog();
    did(await acknowledgeAlert(world.ctx, { id }));
    await lookLater(world);
    await world.runAll();
    await lookLater(world);

    expect(await messages(world)).toEqual([]);
    expect(await alerts(world)).toMatchObject([{ state: 'resolved' }]);
  });

  test('of the end of what is silenced', async () => {
    const { world, id } = await backlog();
    await lookLater(world);
    did(await silenceAlert(world.ctx, { id, seconds: 600 }));
    await world.runAll();
    await lookLater(world);

    expect(await messages(world)).toMatchObject([{ type: 'fired' }]);
    expect(await alerts(world)).toMatchObject([{ state: 'resolved' }]);
  });

  test('until a silence is over, or was ended', async () => {
    const { world, id } = await backlog();
    did(await silenceAlert(world.ctx, { id, seconds: 600 }));
    await lookLater(world);
    expect(await messages(world)).toEqual([]);

    expect(did(await silenceAlert(world.ctx, { id, seconds: 0 })).silencedUntil).toBeNull();
    await look(world);
    expect(await messages(world)).toHaveLength(1);
  });
});
