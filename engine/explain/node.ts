/** Why one node of an instance is not finished, or never ran. */
import { isRunnable, type Plan, type PlanNode } from '../plan.ts';
import type { FanoutState, State } from '../state.ts';
import { isFinalInstance } from '../states.ts';
import type { InstanceFacts, LiveFacts, WorkFacts } from './facts.ts';
import { explainInstance, explainPause } from './instance.ts';
import { because, type Reason } from './reasons.ts';
import { explainTask } from './task.ts';

/** Keys in one reason: who wants all of a hundred looks at the graph. */
const MOST_KEYS = 20;

export type NodeCase = {
  readonly plan: Plan;
  readonly state: State;
  readonly node: number;
  readonly instance: InstanceFacts;
  /** Its live tasks; of a fan-out, groups of segments of the same status. */
  readonly live: readonly LiveFacts[];
  readonly work: WorkFacts | undefined;
  readonly now: number;
};

/** What succeeded, failed or was cancelled needs no reason: its attempts tell. */
export function explainNode(asked: NodeCase): Reason[] {
  const { plan, state, node, instance } = asked;
  const what = plan.nodes[node];
  const status = state.nodes[node];

  if (what === undefined || status === undefined) {
    return [];
  }
  switch (status) {
    case 'pending':
      return isFinalInstance(instance.status) ? [] : explainPending(asked, what);
    case 'open':
      return explainOpen(asked, what);
    case 'skipped':
      return [explainSkipped(asked, what)];
    case 'upstream_failed':
      return [explainUpstreamFailed(asked, what)];
    case 'passed':
      return [because('passed_over', {})];
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

function explainPending(asked: NodeCase, what: PlanNode): Reason[] {
  const { instance, state } = asked;
  const waitingFor = parentsThat(asked, what, 'pending', 'open');
  const started = instance.status === 'running' || instance.status === 'paused';

  if (waitingFor.length === 0) {
    // The first of an instance that has not begun wait with it. In one that has, their turn is being taken this very moment.
    return started
      ? [because('ready', { work: null, ahead: null })]
      : explainInstance(instance, state);
  }
  const parents = what.parents.map(({ node }) => state.nodes[node]);
  const open = parents.filter((status) => status === 'pending' || status === 'open').length;

  return [
    because(
      'upstream_pending',
      {
        finished: parents.length - open,
        total: parents.length,
        rule: what.trigger,
        waitingFor,
      },
      { since: instance.startedAt, links: linksTo(waitingFor) },
    ),
    ...(instance.status === 'paused' ? [explainPause(instance)] : []),
  ];
}

function explainOpen(asked: NodeCase, what: PlanNode): Reason[] {
  const { live, state, node, work, instance, now } = asked;
  const fanout = state.fanouts.get(node);

  if (!isRunnable(what) || (live.length === 0 && fanout === undefined)) {
    // It ended between the reads, and what comes of that is about to be seen.
    return [because('ready', { work: null, ahead: null })];
  }
  const reasons = live.flatMap((one) =>
    explainTask({ plan: what, live: one, work, instance, now }).map((reason) =>
      fanout === undefined ? reason : { ...reason, count: one.count },
    ),
  );
  return fanout === undefined ? reasons : [explainSegments(fanout, live), ...reasons];
}

export function explainSegments(
  { total, succeeded, failed, made }: FanoutState,
  live: readonly LiveFacts[],
): Reason {
  return because(
    'segments_incomplete',
    {
      total,
      succeeded,
      failed,
      underWay: Math.max(0, made - succeeded - failed),
      inLine: Math.max(0, total - made),
    },
    { since: live.length === 0 ? null : Math.min(...live.map(({ openedAt }) => openedAt)) },
  );
}

function explainSkipped(asked: NodeCase, what: PlanNode): Reason {
  const { plan, state } = asked;
  const routes = what.parents.flatMap(({ node, branch }) => {
    const taken = state.branches.get(node);
    return branch !== null && taken !== undefined && !taken.includes(branch)
      ? [{ route: plan.nodes[node]?.key ?? '', branch }]
      : [];
  });

  return routes.length > 0
    ? because('route_not_taken', { routes }, { links: linksTo(routes.map(({ route }) => route)) })
    : because('rule_not_met', {
        rule: what.trigger,
        skipped: parentsThat(asked, what, 'skipped'),
      });
}

function explainUpstreamFailed(asked: NodeCase, what: PlanNode): Reason {
  const failed = parentsThat(asked, what, 'failed', 'upstream_failed', 'cancelled');
  return because('upstream_failed', { failed }, { links: linksTo(failed) });
}

function parentsThat(
  { plan, state }: NodeCase,
  { parents }: PlanNode,
  ...statuses: readonly (State['nodes'][number] | undefined)[]
): string[] {
  const keys = parents.flatMap(({ node }) =>
    statuses.includes(state.nodes[node]) ? [plan.nodes[node]?.key ?? ''] : [],
  );
  return [...new Set(keys)].slice(0, MOST_KEYS);
}

function linksTo(keys: readonly string[]) {
  return keys.map((id) => ({ type: 'task' as const, id }));
}
