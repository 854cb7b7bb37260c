import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { sweep } from './sweep.ts';

test('a run that nobody can make sense of does not stop what is due of others', async () => {
  const world = await setup({
    dag: 'pause, late',
    nodes: { pause: { type: 'wait', seconds: 10 }, late: { delaySeconds: 10 } },
  });
  const broken = await world.create();
  const id = await world.create();
  await world.db.sql`update instance set state = 'o?' where id = ${broken}`;

  world.advanceClock(11);
  await expect(sweep(world.ctx, { renew: true })).rejects.toThrow('a part of the sweep failed');
  const tasks = await world.claim(10, ['late']);
  expect(tasks.map(({ instanceId }) => instanceId)).toContain(id);
});
