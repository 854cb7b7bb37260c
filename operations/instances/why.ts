/** Why an instance, a task or a segment is not finished: facts are read here, what they mean the engine says. */
import * as z from 'zod';
import { NO_SEGMENT } from '#db/hot/tasks.ts';
import { explainInstance } from '#engine/explain/instance.ts';
import { explainNode, explainSegments } from '#engine/explain/node.ts';
import { MOVERS, REASON_CODES, REASONS, type Reason } from '#engine/explain/reasons.ts';
import { explainTask } from '#engine/explain/task.ts';
import { isRunnable } from '#engine/plan.ts';
import { shownStatus } from '#engine/state.ts';
import { INSTANCE_STATUSES, TASK_STATUSES, type TaskStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { instant } from '../page.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { findTask, type FoundTask } from '../tasks/find.ts';
import { taskId } from '../tasks/id.ts';
import type { InstanceNodes } from '../tasks/summaries.ts';
import { findInstance, nodesOf } from './get.ts';
import { noInstance } from './instance.ts';
import { readWhyFacts, type WhyFacts } from './why/facts.ts';
import { findEndOfSegment, type Live } from './why/live.ts';

const reason = reasonSchema();

export const taskWhy = z
  .object({
    id: z.string(),
    key: z.string().meta({ description: 'key of the node' }),
    status: z.enum(TASK_STATUSES),
    reasons: z.array(reason).meta({ description: 'none of what succeeded, failed, was cancelled' }),
  })
  .meta({ id: 'TaskWhy', description: 'Why a task or segment is not finished, or never ran.' });

export type TaskWhy = z.infer<typeof taskWhy>;

export const instanceWhy = z
  .object({
    id: z.uuid(),
    status: z.enum(INSTANCE_STATUSES),
    reasons: z.array(reason).meta({ description: 'none of one that has ended' }),
    tasks: z
      .array(taskWhy)
      .meta({ description: 'those that have reasons, in the order of the plan' }),
  })
  .meta({ id: 'InstanceWhy', description: 'Why an instance and its tasks are not finished.' });

export type InstanceWhy = z.infer<typeof instanceWhy>;

/** The table of reasons as a schema: each code with its own params. */
function reasonSchema(): z.ZodType<Reason> {
  const link = z.object({ type: z.enum(['task', 'work', 'workflow', 'instance']), id: z.string() });
  const common = {
    unblockedBy: z.enum(MOVERS).meta({ description: 'what moves it on' }),
    since: instant.nullable(),
    unblocksAt: instant.nullable().meta({ description: 'when time moves it on, or gives it up' }),
    links: z.array(link).meta({ description: 'tasks by the keys of their nodes' }),
    count: z.int().optional().meta({ description: 'of a fan-out: segments of which it is true' }),
  };

  // Guarantee: `Reason` is this very union, made from the same table.
  return z
    .union(
      REASON_CODES.map((code) =>
        z.object({ code: z.literal(code), params: REASONS[code].params, ...common }),
      ),
    )
    .meta({
      id: 'Reason',
      description: 'One thing that keeps something from being finished, or why it never ran.',
    }) as unknown as z.ZodType<Reason>;
}

/** Why an instance is not finished, and each of its tasks that is not, or that never ran. */
export async function explainInstanceById(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<InstanceWhy | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findInstance(ctx, id);
  if (row === undefined) {
    return noInstance(id);
  }
  const [nodes, facts] = await Promise.all([
    nodesOf(ctx, row),
    readWhyFacts(ctx, { instanceId: row.id, node: null, segment: null }),
  ]);
  if (facts === null) {
    return noInstance(id);
  }

  const liveOf = Map.groupBy(facts.live, ({ node }) => node);
  const now = ctx.clock().getTime();
  return {
    id: row.id,
    status: facts.instance.status,
    reasons: explainInstance(facts.instance, nodes.state),
    tasks: nodes.plan.nodes
      .map((_plan, node) => whyOf(nodes, facts, node, liveOf.get(node) ?? [], now))
      .filter(({ reasons }) => reasons.length > 0),
  };
}

/** Why one task is not finished, `<instance>_<node>`, or one segment of it, `<instance>_<node>_<order>`. */
export async function explainTaskById(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<TaskWhy | Refusal> {
  const found = await findTask(ctx, id);
  if (isRefusal(found)) {
    return explainSegmentById(ctx, id, found);
  }
  const { nodes, node } = found;
  const facts = await readWhyFacts(ctx, { instanceId: nodes.instanceId, node, segment: null });

  return facts === null
    ? noInstance(nodes.instanceId)
    : whyOf(nodes, facts, node, facts.live, ctx.clock().getTime());
}

function whyOf(
  nodes: InstanceNodes,
  facts: WhyFacts,
  node: number,
  live: readonly Live[],
  now: number,
): TaskWhy {
  const { plan, state, instanceId } = nodes;
  const { instance, works } = facts;
  const what = plan.nodes[node];
  const key = what?.key ?? '';
  const work = what && isRunnable(what) ? works.get(what.work) : undefined;
  const settled = state.nodes[node] ?? 'pending';

  return {
    id: taskId(instanceId, key, NO_SEGMENT),
    key,
    status: settled === 'open' ? foremost(live) : shownStatus(settled),
    reasons: explainNode({ plan, state, node, instance, live, work, now }),
  };
}

/** The order in which the state of one segment stands for that of the whole fan-out. */
const FOREMOST = ['running', 'dispatched', 'ready', 'delayed', 'pending'] as const;

function foremost(live: readonly Live[]): TaskStatus {
  return FOREMOST.find((status) => live.some((one) => one.status === status)) ?? 'running';
}

const SEGMENT_ID = /^(.+)_(\d{1,6})$/;

/** An id that names no node may name a segment of one; `refusal` is the answer if it does not. */
async function explainSegmentById(
  ctx: Context,
  id: string,
  refusal: Refusal,
): Promise<TaskWhy | Refusal> {
  const [, task, order] = SEGMENT_ID.exec(id) ?? [];
  const found = task === undefined ? refusal : await findTask(ctx, task);
  if (isRefusal(found)) {
    return refusal;
  }
  const { nodes, node, plan } = found;
  const segment = Number(order);
  const fanout = nodes.state.fanouts.get(node);
  if (fanout === undefined || segment >= fanout.total || !isRunnable(plan)) {
    return refuse('not_found', `There is no segment "${id}".`, { facts: { id } });
  }
  return explainSegment(ctx, found, segment);
}

async function explainSegment(
  ctx: Context,
  { nodes, node, plan }: FoundTask,
  segment: number,
): Promise<TaskWhy> {
  const asked = { instanceId: nodes.instanceId, node, segment };
  const [facts, ended] = await Promise.all([
    readWhyFacts(ctx, asked),
    findEndOfSegment(ctx, asked),
  ]);
  const id = taskId(nodes.instanceId, plan.key, segment);
  const [live] = facts?.live ?? [];
  const fanout = nodes.state.fanouts.get(node);

  if (live && facts && isRunnable(plan)) {
    const { instance, works } = facts;
    const now = ctx.clock().getTime();
    const reasons = explainTask({ plan, live, work: works.get(live.work), instance, now });
    return { id, key: plan.key, status: live.status, reasons };
  }
  if (ended !== null) {
    return { id, key: plan.key, status: ended, reasons: [] };
  }
  // Not made yet: it waits in line behind the others.
  const open = nodes.state.nodes[node] === 'open' && fanout !== undefined;
  return {
    id,
    key: plan.key,
    status: open ? 'pending' : 'cancelled',
    reasons: open ? [explainSegments(fanout, [])] : [],
  };
}
