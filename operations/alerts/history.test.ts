/** What is kept of alerts and messages: pages of them, rules that go, and what is forgotten. */
import { expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { alerts, channel, did, failOne, look, rule } from './alerts.fixture.ts';
import { changeAlertChannel } from './channels/change.ts';
import { getAlertChannel } from './channels/list.ts';
import { forgetAlerts } from './forget.ts';
import { listAlerts } from './list.ts';
import { listAlertMessages } from './messages.ts';
import { recordSent, takeMessages } from './outbox.ts';
import { changeAlertRule, changeAlertRuleInput } from './rules/change.ts';
import { deleteAlertRule } from './rules/delete.ts';

const DAY = 86_400;

/** Two rules that found something, of which the channel was told in a message each. */
async function told() {
  const world = await setup({ dag: 'a', nodes: { a: { retry: { limit: 0 } } } });
  const channelId = await channel(world);
  const channels = [channelId];
  const backlog = await rule(world, {
    name: 'Backlog',
    kind: 'backlog',
    params: { count: 1 },
    channels,
  });
  const failed = await rule(world, { name: 'Failed', kind: 'instance_failed', channels });
  await failOne(world);
  await look(world);
  world.advanceClock(1);
  await world.create();
  await world.create();
  await look(world);
  for (const seconds of [29, 30]) {
    world.advanceClock(seconds);
    await look(world);
  }
  return { world, channelId, backlog, failed };
}

const states = async (world: World) =>
  Object.fromEntries((await alerts(world)).map(({ rule: name, state }) => [name, state]));

test('alerts and their messages are read page by page, each alert with its own', async () => {
  const { world, channelId } = await told();
  const first = did(await listAlerts(world.ctx, { limit: 1 }));
  const rest = did(await listAlerts(world.ctx, { limit: 1, cursor: first.nextCursor ?? '' }));

  expect([...first.data, ...rest.data].map((alert) => alert.rule)).toEqual(['Backlog', 'Failed']);
  expect(rest.nextCursor).toBeNull();
  expect(did(await listAlerts(world.ctx, { limit: 5, state: ['resolved'] })).data).toEqual([]);

  const messagesOf = async (of: 'alert' | 'channel', id: string, limit: number, cursor = '') =>
    did(await listAlertMessages(world.ctx, { of, id, limit, ...(cursor !== '' && { cursor }) }));
  const [backlog] = first.data;
  expect((await messagesOf('alert', backlog?.id ?? '', 5)).data).toMatchObject([
    { title: 'Backlog: 2 tasks of work "a" wait', channel: 'On call', status: 'waiting' },
  ]);
  const newest = await messagesOf('channel', channelId, 1);
  const older = await messagesOf('channel', channelId, 1, newest.nextCursor ?? '');
  expect([...newest.data, ...older.data].map(({ title }) => title)).toEqual([
    'Backlog: 2 tasks of work "a" wait',
    'An instance of "test" failed',
  ]);
});

test('a channel says what became of its latest message, and counts its own', async () => {
  const { world, channelId } = await told();
  const other = await channel(world);
  const [older, newest] = (await takeMessages(world.ctx, { channelId }))?.messages ?? [];
  const answered = { request: null, answer: null };
  await recordSent(world.ctx, {
    channelId,
    sent: [
      { id: older?.id ?? '', verdict: { type: 'sent' }, result: 'the older', ...answered },
      {
        id: newest?.id ?? '',
        verdict: { type: 'failed', final: true, afterMs: 0 },
        result: 'the newest',
        ...answered,
      },
    ],
  });

  expect(did(await getAlertChannel(world.ctx, { id: channelId }))).toMatchObject({
    waiting: 0,
    dead: 1,
    last: { status: 'dead', result: 'the newest' },
  });
  expect(did(await getAlertChannel(world.ctx, { id: other }))).toMatchObject({
    dead: 0,
    last: null,
  });
});

test('settings of a channel that are not named stay, its secrets too', async () => {
  const world = await setup({ dag: 'a' });
  const id = await channel(world);
  did(await changeAlertChannel(world.ctx, { id, settings: { at: ['all'] } }));

  expect(did(await getAlertChannel(world.ctx, { id }))).toMatchObject({
    settings: { at: ['all'] },
    secrets: ['url'],
    enabled: true,
    name: 'On call',
  });
});

test('a rule that is switched off or deleted ends its own alerts, those that are open', async () => {
  const { world, backlog, failed } = await told();
  expect(await states(world)).toEqual({ Backlog: 'firing', Failed: 'firing' });

  did(
    await changeAlertRule(world.ctx, {
      id: backlog,
      ...changeAlertRuleInput.parse({ enabled: false }),
    }),
  );
  expect(await states(world)).toEqual({ Backlog: 'resolved', Failed: 'firing' });
  const [ended] = await alerts(world);
  world.advanceClock(60);
  await look(world);
  expect(await states(world)).toEqual({ Backlog: 'resolved', Failed: 'firing' });

  did(await deleteAlertRule(world.ctx, { id: backlog }));
  expect((await alerts(world))[0]?.resolvedAt).toBe(ended?.resolvedAt);
  did(await deleteAlertRule(world.ctx, { id: failed }));
  expect(await states(world)).toEqual({ Backlog: 'resolved', Failed: 'resolved' });
});

test('what was over ninety days ago is forgotten; what is open or waits is not', async () => {
  const { world, channelId, backlog } = await told();
  const [sent] = (await takeMessages(world.ctx, { channelId }))?.messages ?? [];
  await recordSent(world.ctx, {
    channelId,
    sent: [
      { id: sent?.id ?? '', verdict: { type: 'sent' }, request: null, answer: null, result: 'ok' },
    ],
  });
  did(await deleteAlertRule(world.ctx, { id: backlog }));
  const left = async () => {
    const [row] = await world.db.sql`
      select
        (select count(*)::int from alert) as alerts,
        (select count(*)::int from alert_message) as messages
    `;
    return row;
  };

  world.advanceClock(90 * DAY - 120);
  await forgetAlerts(world.ctx);
  expect(await left()).toEqual({ alerts: 2, messages: 2 });
  world.advanceClock(240);
  await forgetAlerts(world.ctx);
  expect(await left()).toEqual({ alerts: 1, messages: 1 });
  expect(await states(world)).toEqual({ Failed: 'firing' });
});
