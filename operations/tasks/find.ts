import { isRunnable, type PlanNode } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { findInstance, nodesOf } from '../instances/get.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import type { InstanceNodes } from './summaries.ts';

const UUID_LENGTH = 36;

export type FoundTask = {
  readonly nodes: InstanceNodes;
  readonly node: number;
  readonly plan: PlanNode;
  /** Live rows and attempts of it may exist. */
  readonly runnable: boolean;
};

/** The node of an instance that a task's id names, `<instance id>_<node key>`. */
export async function findTask(ctx: Context, id: string): Promise<FoundTask | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findInstance(ctx, id.slice(0, UUID_LENGTH));
  if (row === undefined || id[UUID_LENGTH] !== '_') {
    return noTask(id);
  }
  const nodes = await nodesOf(ctx, row);
  const node = nodes.plan.nodes.findIndex(({ key }) => key === id.slice(UUID_LENGTH + 1));
  const plan = nodes.plan.nodes[node];

  return plan === undefined ? noTask(id) : { nodes, node, plan, runnable: isRunnable(plan) };
}

function noTask(id: string): Refusal {
  return refuse('not_found', `There is no task "${id}".`, { facts: { id } });
}
