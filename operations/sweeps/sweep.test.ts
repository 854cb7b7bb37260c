import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { sweep } from './sweep.ts';

test('a run that nobody can make sense of does not stop what is due of others', async () => {
  const logged: unknown[] = [];
  const world = await setup({
    dag: 'pause, late, slow',
    nodes: {
      pause: { type: 'wait', seconds: 10 },
      late: { delaySeconds: 10 },
      slow: { timeouts: { runSeconds: 10 }, retry: { limit: 0 } },
    },
    definition: { timeoutSeconds: 600 },
  });
  const ctx = {
    ...world.ctx,
    log: { ...world.ctx.log, error: (facts: object) => logged.push(facts) },
  };
  const broken = await world.create();
  const ids = [await world.create(), await world.create()];
  await world.claim(10, ['slow']);
  await world.db.sql`update instance set state = 'o?' where id = ${broken}`;

  world.advanceClock(11);
  expect(await sweep(ctx, { renew: true })).toMatchObject({ waits: 2, delays: 3, failed: 2 });
  for (const id of ids) {
    expect((await world.look(id)).nodes).toEqual({
      pause: 'succeeded',
      late: 'open',
      slow: 'failed',
    });
  }
  expect(logged).toMatchObject([{ instanceId: broken }, { instanceId: broken }]);

  // It is put off, and tried again.
  expect(await sweep(ctx, { renew: true })).toMatchObject({ waits: 0, failed: 0 });
  expect(logged).toHaveLength(2);
  world.advanceClock(61);
  await sweep(ctx, { renew: true });
  expect(logged).toHaveLength(4);

  world.advanceClock(600);
  expect(await sweep(ctx, { renew: true })).toMatchObject({ expired: 2 });
  for (const id of ids) {
    expect(await world.look(id)).toMatchObject({ status: 'failed' });
  }
});
