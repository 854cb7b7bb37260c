import { expect, test } from 'vitest';
import { tellParent } from '#operations/children/tell.ts';
import { createWorkflow } from '#operations/workflows/create.ts';
import { isRefusal } from '#operations/refusal.ts';
import { publishWorkflow } from '#operations/workflows/publish.ts';
import { attemptsOf, PATIENT, work } from './executors.fixture.ts';

test('a child runs in the worker like its parent, and its output is that of the node', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: { type: 'workflow', workflow: 'child', input: { n: '{{ input.n }}' } } },
    definition: { output: '{{ tasks.a.output }}' },
  });
  const { ctx } = world;
  const made = await createWorkflow(ctx, {
    key: 'child',
    definition: {
      schemaVersion: 1,
      nodes: [
        {
          key: 's',
          type: 'script',
          script: 'return input + 1',
          input: '{{ input.n }}',
          ...PATIENT,
        },
      ],
      edges: [],
      output: '{{ tasks.s.output }}',
    },
  });
  expect(isRefusal(made)).toBe(false);
  const published = await publishWorkflow(ctx, { workflow: 'child', summary: '', ifMatch: null });
  expect(isRefusal(published)).toBe(false);

  const id = await world.create({ input: { n: 1 } });
  await world.runJobs();
  const children = () => world.db.sql<{ id: string }[]>`
    select id from instance where parent_id = ${id}
  `;
  await expect.poll(children).toHaveLength(1);
  const [child] = await children();
  await world.until(String(child?.id), 'succeeded');
  await tellParent(ctx, id);

  expect(await world.look(id)).toMatchObject({ status: 'succeeded', output: 2 });
});

test('a workflow that is not there fails the node', async () => {
  const world = await work({
    dag: 'a',
    nodes: { a: { type: 'workflow', workflow: 'gone' } },
  });

  const id = await world.create();
  await world.until(id, 'failed');

  const message = 'There is no workflow "gone".';
  expect(await attemptsOf(world, id)).toMatchObject([
    { outcome: 'failed', code: 'error', error: { message } },
  ]);
});
