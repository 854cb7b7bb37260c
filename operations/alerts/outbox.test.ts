import { describe, expect, test } from 'vitest';
import { setup, type World } from '#test/setup.ts';
import { takeJobs } from '#test/jobs.ts';
import { channel, look } from './alerts.fixture.ts';
import { changeAlertChannel } from './channels/change.ts';
import { recordSent, takeMessages, type Sent } from './outbox.ts';

async function filled(count: number) {
  const world = await setup({ dag: 'a' });
  const channelId = await channel(world);
  await fill(world, channelId, count);
  return { world, channelId };
}

async function fill({ db, ctx }: World, channelId: string, count: number): Promise<void> {
  const now = ctx.clock();
  await db.sql`
    insert into alert_message (project_id, id, channel_id, alerts, content, due_at, created_at)
    select 1, gen_random_uuid(), ${channelId}, '{}', '{}', ${now}, ${now}
    from generate_series(1, ${count})
  `;
}

describe('the outbox', () => {
  /** What two processes take for these channels within three minutes, asking every two seconds: at most 20 in each. */
  async function takeAll(world: World, channels: readonly string[]): Promise<number[]> {
    const processes = [world.ctx, world.another()];
    const taken: number[] = [];

    for (let seconds = 0; seconds < 180; seconds += 2) {
      const all = await Promise.all(
        channels.flatMap((channelId) =>
          processes.map(async (ctx) => ({
            channelId,
            ...(await takeMessages(ctx, { channelId })),
          })),
        ),
      );
      for (const { channelId, messages: mine = [] } of all) {
        await recordSent(world.ctx, {
          channelId,
          sent: mine.map(({ id }) => ({
            id,
            verdict: { type: 'sent' },
            request: null,
            answer: 'ok',
            result: 'ok',
          })),
        });
      }
      taken.push(all.flatMap((one) => one.messages ?? []).length);
      world.advanceClock(2);
    }
    for (let from = 0; from + 30 <= taken.length; from += 1) {
      expect(sum(taken.slice(from, from + 30))).toBeLessThanOrEqual(20);
    }
    return taken;
  }

  const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);

  test('gives a robot no more than the 20 a minute that WeCom takes, whoever asks how often', async () => {
    const { world, channelId } = await filled(60);
    expect(sum(await takeAll(world, [channelId]))).toBeGreaterThanOrEqual(38);
  });

  test('counts what several channels send to the same robot together', async () => {
    const { world, channelId } = await filled(30);
    const other = await channel(world, 'zh');
    await fill(world, other, 30);
    expect(sum(await takeAll(world, [channelId, other]))).toBeGreaterThanOrEqual(38);
  });

  test('tries again ever later, and what cannot be sent stays there to be seen', async () => {
    const { world, channelId } = await filled(1);
    const waits: number[] = [];

    for (let waited = 0; ;) {
      const taken = await takeMessages(world.ctx, { channelId });
      const [message] = taken?.messages ?? [];
      if (message !== undefined) {
        waits.push(waited);
        waited = 0;
        await recordSent(world.ctx, {
          channelId,
          sent: [
            {
              id: message.id,
              verdict: { type: 'failed', final: false, afterMs: 0 },
              request: null,
              answer: 'bad gateway',
              result: 'answered 502',
            },
          ],
        });
      }
      const [row] = await world.db.sql<{ status: string; dueAt: Date }[]>`
        select status, due_at as "dueAt" from alert_message
      `;
      if (row === undefined || row.status === 'dead') {
        break;
      }
      const seconds = (row.dueAt.getTime() - world.ctx.clock().getTime()) / 1_000;
      world.advanceClock(seconds);
      waited += seconds;
    }
    expect(waits).toEqual([0, 5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600]);
    expect(await world.db.sql`select status, answer, result from alert_message`).toEqual([
      { status: 'dead', answer: 'bad gateway', result: 'answered 502' },
    ]);
  });
});

describe('what came of a message', () => {
  const FAILED = { type: 'failed', final: false, afterMs: 0 } as const;

  async function taken() {
    const { world, channelId } = await filled(1);
    const take = async () => (await takeMessages(world.ctx, { channelId }))?.messages ?? [];
    const [message] = await take();
    const record = async (verdict: Sent['verdict'], result = 'said so') => {
      await takeJobs(world.db);
      await recordSent(world.ctx, {
        channelId,
        sent: [{ id: message?.id ?? '', verdict, request: null, answer: null, result }],
      });
      return (await takeJobs(world.db)).map(({ name }) => name);
    };
    const row = async () => {
      const [found] = await world.db.sql<
        { status: string; attempts: number; dueAt: Date; result: string; sentAt: Date | null }[]
      >`
        select status, attempts, due_at as "dueAt", result, sent_at as "sentAt" from alert_message
      `;
      const { dueAt, ...rest } = found ?? expect.fail('the message is gone');
      return { ...rest, dueIn: (dueAt.getTime() - world.ctx.clock().getTime()) / 1_000 };
    };
    return { world, channelId, take, record, row };
  }

  test('is written once: whoever comes later changes nothing', async () => {
    const { record, row } = await taken();
    await record({ type: 'sent' }, 'the first');
    await record(FAILED, 'a later one');

    expect(await row()).toMatchObject({ status: 'sent', attempts: 0, result: 'the first' });
  });

  test('that a vendor asks for patience is no failure, however often', async () => {
    const { record, row } = await taken();
    for (let time = 0; time < 12; time += 1) {
      await record({ type: 'wait', afterMs: 40_000 });
    }
    expect(await row()).toMatchObject({ status: 'waiting', attempts: 0, dueIn: 40, sentAt: null });
  });

  test('that a vendor asks to come later than usual is heeded, earlier is not', async () => {
    const { record, row } = await taken();
    await record({ ...FAILED, afterMs: 90_000 });
    expect(await row()).toMatchObject({ status: 'waiting', attempts: 1, dueIn: 90 });
    await record({ ...FAILED, afterMs: 2_000 });
    expect(await row()).toMatchObject({ attempts: 2, dueIn: 30 });
  });

  test('that was refused for good is not tried again', async () => {
    const { record, row } = await taken();
    await record({ ...FAILED, final: true });
    expect(await row()).toMatchObject({ status: 'dead', attempts: 1, sentAt: null });
  });

  test('of a test is told to whoever made it, who tries again himself', async () => {
    const { world, record, row } = await taken();
    await world.db.sql`update alert_message set content = '{"type": "test"}'`;
    expect(await record(FAILED)).toEqual([]);
    expect(await row()).toMatchObject({ status: 'dead', attempts: 1 });
  });

  test('that nobody knows, since the process stops, is left to the lease', async () => {
    const { record, row } = await taken();
    await record({ type: 'stopped' });
    expect(await row()).toMatchObject({ status: 'waiting', attempts: 0, result: null, dueIn: 60 });
  });

  test('wakes whoever tries again soon; what is due later is left to the looks', async () => {
    const { world, channelId, take, record } = await taken();
    expect(await record(FAILED)).toEqual(['sendAlerts']);
    expect(await record(FAILED)).toEqual([]);

    world.advanceClock(29);
    await look(world);
    expect(await takeJobs(world.db)).toEqual([]);
    expect(await take()).toEqual([]);
    world.advanceClock(1);
    await look(world);
    expect(await takeJobs(world.db)).toEqual([
      { name: 'sendAlerts', payload: { projectId: 1, channelId } },
    ]);
    expect(await take()).toHaveLength(1);
  });
});

test('the oldest go first, and who could not take all is woken for the rest', async () => {
  const { world, channelId } = await filled(12);
  await world.db.sql`
    update alert_message m
    set due_at = m.due_at - make_interval(secs => p.place), content = to_jsonb(p.place)
    from (select id, row_number() over (order by id desc) as place from alert_message) as p
    where p.id = m.id
  `;
  const first = await takeMessages(world.ctx, { channelId });
  expect(first?.messages.map(({ content }) => content)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  expect(await takeJobs(world.db)).toEqual([
    { name: 'sendAlerts', payload: { projectId: 1, channelId } },
  ]);
});

test('a channel that is off sends nothing, and what waits for it goes when it is on again', async () => {
  const { world, channelId } = await filled(1);
  await changeAlertChannel(world.ctx, { id: channelId, enabled: false });

  expect(await takeMessages(world.ctx, { channelId })).toBeNull();
  await look(world);
  expect(await takeJobs(world.db)).toEqual([]);

  await changeAlertChannel(world.ctx, { id: channelId, enabled: true });
  await look(world);
  expect(await takeJobs(world.db)).toMatchObject([{ name: 'sendAlerts' }]);
  expect((await takeMessages(world.ctx, { channelId }))?.messages).toHaveLength(1);
});
