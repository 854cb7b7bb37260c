import { expect, test } from 'vitest';
import { uuidv7Floor } from '#db/uuid.ts';
import { setup } from '#test/setup.ts';
import { forgetBulks } from './forget.ts';

const DAY_MS = 86_400_000;

test('bulk moves of ninety days ago are forgotten, with whom they could not move, unless they still run', async () => {
  const world = await setup({ dag: 'a' });
  const add = async (days: number, status: 'running' | 'succeeded') => {
    const id = uuidv7Floor(new Date(world.ctx.clock().getTime() - days * DAY_MS));
    await world.db.sql`
      insert into bulk (project_id, id, action, ids, actor, status, total, created_at, finished_at)
      values (
        1, ${id}, 'cancel', '{}', '{}', ${status}, 0, now(),
        ${status === 'running' ? null : world.ctx.clock()}
      )
    `;
    await world.db.sql`
      insert into bulk_failure (project_id, bulk_id, instance_id, code, message)
      values (1, ${id}, gen_random_uuid(), 'conflict', 'no')
    `;
    return id;
  };
  const kept = [await add(92, 'running'), await add(89, 'succeeded')];
  await add(91, 'succeeded');
  await forgetBulks(world.ctx);

  const left = await world.db.sql`select id from bulk order by id`;
  expect(left.map(({ id }) => id)).toEqual(kept);
  expect(await world.db.sql`select from bulk_failure`).toHaveLength(2);
});
