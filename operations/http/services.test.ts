/** The rows of services that are at work. How they are asked: worker/executors/http.test.ts. */
import { describe, expect, test } from 'vitest';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { takeJobs } from '#test/jobs.ts';
import { setup, type World } from '#test/setup.ts';
import { sweep } from '../sweeps/sweep.ts';
import { claimInternal, holdInternal } from '../tasks/internal.ts';
import { claimPolls, holdPolls, wakePolls, writePolls } from './polls.ts';
import { recordSubmitted } from './submitted.ts';
import { findStoppable } from './stop.ts';

const REMOTE = { submit: { status: 200, headers: {}, body: { id: 7 } } };

const after = ({ ctx }: World, seconds: number) =>
  new Date(ctx.clock().getTime() + seconds * 1_000);

const http = (timeouts: object = {}) =>
  setup({
    dag: 'h',
    nodes: {
      h: {
        type: 'http',
        submit: { url: 'https://service.example' },
        status: { url: 'https://service.example', successWhen: 'true' },
        timeouts,
        retry: { limit: 0 },
      },
    },
  });

const claim = (world: World) =>
  claimInternal(world.ctx, { work: INTERNAL_WORKS.http, max: 10, worker: 'test' });

/** An instance whose service is at work, to be asked after so many seconds. */
async function submitted(world: World, pollAfter: number) {
  const instanceId = await world.create();
  const [task] = await claim(world);
  const { key } = task ?? expect.fail('nothing was handed out');
  await recordSubmitted(world.ctx, [
    { key, input: null, remote: REMOTE, pollAt: after(world, pollAfter) },
  ]);
  return { instanceId, key };
}

const polls = async (world: World, max: number) =>
  (await claimPolls(world.ctx, { max })).map(({ key }) => key.instanceId);

const dueIn = async ({ db, ctx }: World) => {
  const [row] = await db.sql<{ dueAt: Date }[]>`select due_at as "dueAt" from task`;
  return ((row?.dueAt.getTime() ?? 0) - ctx.clock().getTime()) / 1_000;
};

describe('status requests', () => {
  test('are made when they are due, those that waited longest first, each by one process', async () => {
    const world = await http();
    const [late, soon, ahead] = [
      await submitted(world, 20),
      await submitted(world, 10),
      await submitted(world, 60),
    ];
    expect(await polls(world, 10)).toEqual([]);
    world.advanceClock(20);

    expect(await polls(world, 1)).toEqual([soon.instanceId]);
    expect(await polls(world, 10)).toEqual([late.instanceId]);
    expect(await polls(world, 10)).toEqual([]);

    // Half a minute later nobody has said what came of them: they are made again, but for one that is held.
    world.advanceClock(20);
    await holdPolls(world.ctx, [soon.key]);
    world.advanceClock(10);
    expect(await polls(world, 10)).toEqual([late.instanceId]);
    for (const { instanceId } of [ahead, soon]) {
      world.advanceClock(10);
      expect(await polls(world, 10)).toEqual([instanceId]);
    }
  });

  test('that are due wake whoever makes them', async () => {
    const world = await http();
    await submitted(world, 10);
    const woken = async () => {
      await takeJobs(world.db);
      await wakePolls(world.ctx, world.db.sql);
      return takeJobs(world.db);
    };
    expect(await woken()).toEqual([]);
    world.advanceClock(10);
    expect(await woken()).toMatchObject([
      { name: 'deliver', payload: { projectId: 1, work: INTERNAL_WORKS.http } },
    ]);
  });

  test('are a sign of life when they are answered, and none when they are not', async () => {
    const world = await http({ runSeconds: 600, heartbeatSeconds: 60 });
    const { key } = await submitted(world, 10);
    expect(await dueIn(world)).toBe(60);
    world.advanceClock(40);
    await writePolls(world.ctx, [{ key, at: after(world, 10), answered: false, unread: 1 }]);
    expect(await dueIn(world)).toBe(20);
    await writePolls(world.ctx, [{ key, at: after(world, 10), answered: true, unread: null }]);
    expect(await dueIn(world)).toBe(60);

    const [row] = await world.db.sql`select remote, poll_at as "pollAt" from task`;
    expect(row).toEqual({ remote: { ...REMOTE, unread: 1 }, pollAt: after(world, 10) });
  });
});

describe('a service that was reached', () => {
  test('after its attempt had run out of time is to be stopped, and the trace knows of it', async () => {
    const world = await http({ totalSeconds: 60 });
    const instanceId = await world.create();
    const [task] = await claim(world);
    const { key } = task ?? expect.fail('nothing was handed out');
    world.advanceClock(50);
    await holdInternal(world.ctx, [key]);
    world.advanceClock(11);
    await sweep(world.ctx, { renew: false });
    const [ended] = await world.db.sql<{ code: string }[]>`select code from attempt`;
    expect(ended?.code).toBe('total_timeout');
    await takeJobs(world.db);
    await recordSubmitted(world.ctx, [{ key, input: { sent: 1 }, remote: REMOTE, pollAt: null }]);

    const [job, ...rest] = await takeJobs(world.db);
    expect(rest).toEqual([]);
    if (job?.name !== 'stop') {
      expect.fail('nobody is woken to stop it');
    }
    expect(job.payload).toMatchObject({ instanceId, attempt: 1 });
    expect(await findStoppable(world.ctx, job.payload)).toMatchObject({ remote: REMOTE });
    // Said twice, it is stopped once.
    await recordSubmitted(world.ctx, [{ key, input: null, remote: REMOTE, pollAt: null }]);
    expect(await takeJobs(world.db)).toEqual([]);
  });

  test('runs since it was handed out, and its requests are none in vain any more', async () => {
    const world = await http({ runSeconds: 600 });
    await world.create();
    const [task] = await claim(world);
    const { key } = task ?? expect.fail('nothing was handed out');
    const begun = world.ctx.clock();
    await world.db.sql`update task set deliveries = 2`;
    world.advanceClock(10);
    const say = () =>
      recordSubmitted(world.ctx, [{ key, input: null, remote: REMOTE, pollAt: after(world, 60) }]);
    await say();
    world.advanceClock(5);
    await say();

    const [row] = await world.db.sql`
      select status, deliveries, delivering, started_at as "startedAt", due_at as "dueAt" from task
    `;
    expect(row).toEqual({
      status: 'running',
      deliveries: 0,
      delivering: false,
      startedAt: begun,
      dueAt: new Date(begun.getTime() + 600_000),
    });
  });
});
