/** What tests of children say in a word. */
import { expect } from 'vitest';
import { handOut } from '#db/hot/claim.ts';
import type { Definition } from '#engine/definition.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { setup, type World, type WorldOptions } from '#test/setup.ts';
import type { Context } from '../context.ts';
import { isRefusal } from '../refusal.ts';
import { loadPrograms } from '../versions/program.ts';
import { createWorkflow } from '../workflows/create.ts';
import { publishWorkflow } from '../workflows/publish.ts';
import { putWork } from '../works/put.ts';
import { startChildren, type ChildTask } from './start.ts';

export const CHILD: Definition = {
  schemaVersion: 1,
  nodes: [{ key: 'c', type: 'task', work: 'c', input: '{{ input }}' }],
  edges: [],
  output: '{{ tasks.c.output }}',
};

export async function family(options: WorldOptions, child: Definition = CHILD, more: object = {}) {
  return setup({ ...options, before: (ctx) => publish(ctx, 'child', child, more) });
}

export async function publish(
  ctx: Context,
  key: string,
  definition: Definition,
  more: object = {},
) {
  await putWork(ctx, { key: 'c' });
  expect(isRefusal(await createWorkflow(ctx, { key, definition, ...more }))).toBe(false);
  expect(await publishWorkflow(ctx, { workflow: key, summary: '', ifMatch: null })).toMatchObject({
    version: 1,
  });
}

/** What the executor of `workflow` nodes hands to `startChildren`. */
export async function claimChildTasks(ctx: Context): Promise<ChildTask[]> {
  const handed = await handOut(ctx.db.sql, {
    projectId: ctx.projectId,
    works: [INTERNAL_WORKS.workflow],
    max: 500,
    worker: 'test',
    now: ctx.clock(),
    defaultDispatchSeconds: 60,
    defaultRunSeconds: 60,
    delivery: 'internal',
    leaseSeconds: 30,
  });
  const programOf = await loadPrograms(
    ctx.db,
    ctx.db.sql,
    handed.map(({ versionId }) => versionId),
  );

  return handed.flatMap((task) => {
    const plan = programOf(task.versionId).program.plan.nodes[task.node];
    return plan && 'child' in plan && plan.child !== null ? [{ ...task, child: plan.child }] : [];
  });
}

export async function begin(world: World): Promise<void> {
  await startChildren(world.ctx, await claimChildTasks(world.ctx));
}

export async function childrenOf(world: World, parent: string) {
  return world.db.sql<{ id: string; status: string; objectId: string; input: unknown }[]>`
    select id, status, object_id as "objectId", input
    from instance where parent_id = ${parent} order by parent_segment, id
  `;
}

export const finishChild = async (world: World, output: unknown) =>
  world.finish(await world.claim(500, ['c']), output as never);
