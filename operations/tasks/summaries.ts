/**
 * What a page shows of the nodes of one instance. Three sources meet here: the state says which nodes are done and how, the live tasks
 * say what those under way are doing, the attempts say when the others ran and why they failed. A fan-out is one line however many
 * segments it has: they are counted in the database.
 */
import type { Queryable } from '#db/database.ts';
import { isRunnable, type Plan, type PlanNode } from '#engine/plan.ts';
import { foldedMark } from '#engine/plan/unfold.ts';
import { shownStatus, type State } from '#engine/state.ts';
import type { TaskStatus } from '#engine/states.ts';
import { toInstant } from '../page.ts';
import type { NodeNames } from '../versions/names.ts';
import { taskId } from './id.ts';
import { NO_SEGMENT } from '#db/hot/tasks.ts';
import type { TaskSummary } from './task.ts';

export type InstanceNodes = {
  readonly projectId: number;
  readonly instanceId: string;
  readonly plan: Plan;
  readonly names: NodeNames;
  readonly state: State;
};

/** The order in which the state of one segment stands for that of the whole fan-out. */
const LIVE_STATUSES = ['running', 'dispatched', 'ready', 'delayed', 'pending'] as const;

type LiveRow = {
  readonly node: number;
  /** Place of its status in `LIVE_STATUSES`. */
  readonly status: number;
  readonly attempt: number;
  /** Hand-outs that have not ended. */
  readonly handedOut: number;
  readonly startedAt: Date | null;
  readonly dueAt: Date | null;
  readonly progress: number | null;
  /** Of a node that is no fan-out. */
  readonly childId: string | null;
};

type EndedRow = {
  readonly node: number;
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  readonly code: string | null;
  readonly message: string | null;
  readonly childId: string | null;
};

/** One line per node of the plan, or of those asked for, in its order. */
export async function summarizeTasks(
  sql: Queryable,
  instance: InstanceNodes,
  only?: number,
): Promise<TaskSummary[]> {
  const nodes = instance.plan.nodes
    .map((plan, node) => ({ plan, node }))
    .filter(({ node }) => only === undefined || node === only);
  const ran = nodes.filter(
    ({ plan, node }) => isRunnable(plan) && instance.state.nodes[node] !== 'pending',
  );
  const singles = ran.filter(({ node }) => !instance.state.fanouts.has(node));
  const fanouts = ran.filter(({ node }) => instance.state.fanouts.has(node));

  const [live, ended, endedFanouts] = await Promise.all([
    findLive(
      sql,
      instance,
      ran.flatMap(({ node }) => (instance.state.nodes[node] === 'open' ? [node] : [])),
    ),
    findLastAttempts(
      sql,
      instance,
      singles.map(({ node }) => node),
    ),
    countAttempts(
      sql,
      instance,
      fanouts.map(({ node }) => node),
    ),
  ]);
  const liveOf = new Map(live.map((row) => [row.node, row]));
  const endedOf = new Map([...ended, ...endedFanouts].map((row) => [row.node, row]));

  // Folded marks come last in the plan; a start is looked for first.
  const starts = nodes.filter(({ plan }) => plan.type === 'start');
  const others = nodes.filter(({ plan }) => plan.type !== 'start');

  return [...starts, ...others].map(({ plan, node }) =>
    summarize(instance, plan, node, liveOf.get(node), endedOf.get(node)),
  );
}

async function findLive(
  sql: Queryable,
  { projectId, instanceId }: InstanceNodes,
  nodes: readonly number[],
): Promise<LiveRow[]> {
  if (nodes.length === 0) {
    return [];
  }

  return sql<LiveRow[]>`
    select
      node,
      min(array_position(${[...LIVE_STATUSES]}::text[], status))::int - 1 as status,
      max(attempt)::int as attempt,
      count(token)::int as "handedOut",
      min(started_at) as "startedAt",
      min(due_at) as "dueAt",
      max(progress) as progress,
      (array_agg(child_id) filter (where segment = ${NO_SEGMENT}))[1] as "childId"
    from task
    where project_id = ${projectId} and instance_id = ${instanceId}
      and node = any(${nodes as number[]}::smallint[])
    group by node
  `;
}

/** The latest attempt of each node that is no fan-out. */
async function findLastAttempts(
  sql: Queryable,
  { projectId, instanceId }: InstanceNodes,
  nodes: readonly number[],
): Promise<EndedRow[]> {
  if (nodes.length === 0) {
    return [];
  }

  return sql<EndedRow[]>`
    select
      n.node, last.number as attempts, last.started_at as "startedAt",
      last.finished_at as "finishedAt", last.code, last.error ->> 'message' as message,
      last.child_id as "childId"
    from unnest(${nodes as number[]}::smallint[]) as n(node)
    cross join lateral (
      select *
      from attempt a
      where a.project_id = ${projectId} and a.instance_id = ${instanceId}
        and a.node = n.node and a.segment = ${NO_SEGMENT}
      order by a.number desc
      limit 1
    ) as last
  `;
}

/** All attempts of each fan-out, in sum. */
async function countAttempts(
  sql: Queryable,
  { projectId, instanceId }: InstanceNodes,
  nodes: readonly number[],
): Promise<EndedRow[]> {
  if (nodes.length === 0) {
    return [];
  }

  return sql<EndedRow[]>`
    select
      node, count(*)::int as attempts, min(started_at) as "startedAt",
      max(finished_at) as "finishedAt",
      (array_agg(code order by finished_at desc) filter (where code is not null))[1] as code,
      null as message, null as "childId"
    from attempt
    where project_id = ${projectId} and instance_id = ${instanceId}
      and node = any(${nodes as number[]}::smallint[])
    group by node
  `;
}

function summarize(
  { instanceId, names, state, plan: whole }: InstanceNodes,
  plan: PlanNode,
  node: number,
  live: LiveRow | undefined,
  ended: EndedRow | undefined,
): TaskSummary {
  const fanout = state.fanouts.get(node);
  const settled = state.nodes[node] ?? 'pending';
  const done = settled !== 'open' && settled !== 'pending';
  const startedAt = done || fanout ? (ended?.startedAt ?? live?.startedAt) : live?.startedAt;

  return {
    id: taskId(instanceId, plan.key, NO_SEGMENT),
    key: plan.key,
    type: plan.type,
    name: names.get(plan.key) ?? plan.key,
    work: isRunnable(plan) ? plan.work : null,
    status: settled === 'open' ? liveStatus(live) : shownStatus(settled),
    attempts: fanout
      ? (ended?.attempts ?? 0) + (live?.handedOut ?? 0)
      : (live?.attempt ?? ended?.attempts ?? 0),
    startedAt: toInstant(startedAt ?? null),
    finishedAt: toInstant(done ? (ended?.finishedAt ?? null) : null),
    dueAt: toInstant(live?.dueAt ?? null),
    progress: fanout ? (fanout.succeeded + fanout.failed) / fanout.total : (live?.progress ?? null),
    error: errorOf(settled, fanout, ended),
    segments: fanout
      ? {
          ...fanout,
          open: settled === 'open' ? fanout.total - fanout.succeeded - fanout.failed : 0,
        }
      : null,
    branches: state.branches.get(node)?.slice() ?? null,
    childId: live?.childId ?? ended?.childId ?? null,
    folded: foldedMark(whole, plan.key) !== undefined,
  };
}

function liveStatus(live: LiveRow | undefined): TaskStatus {
  // Without a row the task ended between the reads: it is about to be something else.
  return live === undefined ? 'running' : (LIVE_STATUSES[live.status] ?? 'pending');
}

/** Why it failed; of one that is tried again, why the attempt before failed. */
function errorOf(
  settled: State['nodes'][number],
  fanout: { readonly total: number; readonly failed: number } | undefined,
  ended: EndedRow | undefined,
): TaskSummary['error'] {
  if (!ended?.code || (settled !== 'failed' && settled !== 'open')) {
    return null;
  }
  if (fanout) {
    return fanout.failed === 0
      ? null
      : { code: ended.code, message: `${fanout.failed} of ${fanout.total} segments failed` };
  }
  return { code: ended.code, message: ended.message ?? ended.code };
}
