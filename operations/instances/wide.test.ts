/** Moves of many instances that hold much: made slice by slice, in one transaction all the same. */
import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { retryInstances } from './retry.ts';

const SEGMENTS = 6_000;

test('a retry of wide fan-outs is made as a whole or not at all', async () => {
  const world = await setup({
    dag: 'f',
    nodes: { f: { type: 'fanout', work: 'f', items: '[]', maxParallel: 2 } },
  });
  await world.db.sql`
    insert into instance (
      project_id, id, workflow_id, version_id, status, reads, limited, state, object_id, input,
      created_at, started_at, finished_at
    )
    select
      1, gen_random_uuid(), ${world.workflowId}, (select id from version), 'failed', 0, false,
      ${`f;0=${SEGMENTS},0,${SEGMENTS}`}, 'object', '{}', now(), now(), now()
    from generate_series(1, 3)
  `;
  await world.db.sql`
    insert into attempt (
      project_id, instance_id, node, segment, number, outcome, code, finished_at, input
    )
    select 1, i.id, 0, segment, 1, 'failed', 'error', now(), to_jsonb(segment)
    from instance i, generate_series(0, ${SEGMENTS}::int - 1) as segment
  `;
  const rows = await world.db.sql<{ id: string; state: string }[]>`
    select id, state from instance order by id
  `;
  const ids = rows.map(({ id }) => id);
  const last = ids.at(-1) ?? '';
  const look = () => world.db.sql`
    select
      (select count(*)::int from instance where status = 'running') as running,
      (select count(*)::int from task) as tasks,
      (select sum(jsonb_array_length(segments))::int from segment_queue) as lined
  `;

  await world.db.sql`update instance set state = state || ';?' where id = ${last}`;
  await expect(retryInstances(world.ctx, { ids })).rejects.toThrow('unknown entry "?"');
  expect(await look()).toMatchObject([{ running: 0, tasks: 0, lined: null }]);

  await world.db.sql`update instance set state = ${rows[0]?.state ?? ''} where id = ${last}`;
  expect(await retryInstances(world.ctx, { ids })).toMatchObject({
    results: ids.map((id) => ({ id, ok: true })),
  });
  expect(await look()).toMatchObject([{ running: 3, tasks: 3 * 2, lined: 3 * (SEGMENTS - 2) }]);
});
