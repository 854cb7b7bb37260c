import { expect, test } from 'vitest';
import { setup } from '#test/setup.ts';
import { touchTasks } from './tasks.ts';

test('a report finds its task by the key, however many works the project has', async () => {
  const world = await setup({ dag: 'a' });
  const instanceId = await world.create();
  await world.claim();
  const [row] = await world.db.sql<{ token: string }[]>`select token from task`;

  const plan = await world.db.transaction(async (tx) => {
    const key = { projectId: 1, instanceId, node: 0, segment: -1, attempt: 1 };
    const touch = { ...key, token: row?.token ?? '', worker: null, progress: 0.5 };
    expect(await touchTasks(tx, [touch], new Date(), 60)).toHaveLength(1);

    const [prepared] = await tx<{ statement: string }[]>`
      select statement from pg_prepared_statements where statement like ${'%with touched as%'}
    `;
    const lines = await tx.unsafe(`explain (generic_plan) ${prepared?.statement ?? ''}`);
    return lines.map((line) => String(line['QUERY PLAN'])).join('\n');
  });

  const whole =
    '(project_id = r.project_id) AND (instance_id = r.instance_id) AND (node = r.node) AND (segment = r.segment)';
  expect(plan).toContain(`Index Cond: (${whole})`);
});
