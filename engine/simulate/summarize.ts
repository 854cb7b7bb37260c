/** What a simulation found, node by node, as people see it. */
import type { NodeFailure } from '../advance.ts';
import type { Json } from '../json.ts';
import { unfoldMarks } from '../plan/unfold.ts';
import type { Plan } from '../plan.ts';
import type { Program } from '../program.ts';
import { shownStatus, type State } from '../state.ts';
import type { TaskStatus } from '../states.ts';
import type { Simulated, SimulatedNode } from './answer.ts';
import { findCriticalPath } from './critical_path.ts';
import { findNotGiven, positionOf } from './not_given.ts';
import type { SimulationRequest } from './request.ts';
import type { Trace } from './trace.ts';

type Found = {
  readonly program: Program;
  readonly request: SimulationRequest;
  readonly state: State;
  readonly trace: Trace;
  readonly now: number;
  readonly finish: { readonly status: Simulated['status']; readonly output: Json | null } | null;
  readonly failure: NodeFailure | null;
};

export function summarize(
  pruned: Plan,
  found: Found,
  steps: number,
  stopped: string | null,
): Simulated {
  const { trace, now, finish, failure } = found;
  const { plan, state } = unfoldMarks(pruned, found.state, true);
  const attempts = Map.groupBy(trace.attempts, ({ node }) => node);
  const nodes = plan.nodes.map(({ key }, node) =>
    nodeOf(found, plan, state, node, attempts.get(key)?.length ?? 0),
  );
  const ends = nodes.map(({ endedAt }) => endedAt ?? 0);

  for (const [index, node] of nodes.entries()) {
    if (index >= pruned.nodes.length && isFinal(node.status)) {
      const after = plan.nodes[index]?.parents ?? [];
      const at = Math.max(0, ...after.map((parent) => ends[parent.node] ?? 0));
      nodes[index] = { ...node, openedAt: ran(node.status) ? at : null, endedAt: at };
    }
  }

  return {
    status: finish?.status ?? 'unfinished',
    stopped,
    // What lies on the agenda beyond the end does not count.
    seconds: (finish === null ? now : Math.max(0, ...ends.map((end) => end * 1_000))) / 1_000,
    output: finish?.output ?? null,
    error:
      failure === null || finish?.status === 'succeeded'
        ? null
        : {
            task: failure.node === null ? null : (plan.nodes[failure.node]?.key ?? null),
            ...errorOf(found, failure),
          },
    nodes,
    timeline: trace.attempts,
    criticalPath: findCriticalPath(plan, nodes),
    steps,
  };
}

function isFinal(status: TaskStatus): boolean {
  return status !== 'pending' && status !== 'running';
}

function ran(status: TaskStatus): boolean {
  return status === 'succeeded' || status === 'failed';
}

function nodeOf(
  found: Found,
  plan: Plan,
  state: State,
  node: number,
  attempts: number,
): SimulatedNode {
  const { trace } = found;
  const { key = '', type = 'task' } = plan.nodes[node] ?? {};
  const settled = state.nodes[node] ?? 'pending';
  const status = settled === 'open' ? 'running' : shownStatus(settled);
  const fanout = state.fanouts.get(node);
  const failure = status === 'failed' ? (trace.failures.get(node) ?? null) : null;
  const openedAt = secondsOf(trace.opened.get(node));

  return {
    key,
    type,
    status,
    openedAt,
    startedAt: secondsOf(trace.started.get(node)) ?? (ran(status) ? openedAt : null),
    endedAt: secondsOf(trace.ended.get(node)),
    attempts,
    input: trace.inputs.get(node) ?? null,
    output: status === 'succeeded' ? (trace.outputs.get(node) ?? null) : null,
    error: failure && errorOf(found, { node, ...failure }),
    expressionError: failure?.code === 'expression' ? positionOf(failure.message) : null,
    branches: state.branches.get(node)?.slice() ?? null,
    segments: fanout
      ? { total: fanout.total, succeeded: fanout.succeeded, failed: fanout.failed }
      : null,
    because:
      status === 'skipped' || status === 'upstream_failed' ? becauseOf(plan, state, node) : null,
  };
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1_000;
}

/** The hint is part of the message, for whoever reads no more than that. */
function errorOf(found: Found, failure: NodeFailure): NonNullable<SimulatedNode['error']> {
  const { code, message } = failure;
  const notGiven = findNotGiven(found, failure);
  const hints = notGiven.map((key) => `; the output of "${key}" was not given: choose one for it`);

  return { code, message: message + hints.join(''), notGiven };
}

/** The parents that are not as the rule wants them: all that did not simply succeed, and routes that went another way. */
function becauseOf(plan: Plan, state: State, node: number): SimulatedNode['because'] {
  return (plan.nodes[node]?.parents ?? []).flatMap((parent) => {
    const settled = state.nodes[parent.node] ?? 'pending';
    const taken = state.branches.get(parent.node);
    const missed =
      parent.branch !== null && taken !== undefined && !taken.includes(parent.branch)
        ? parent.branch
        : null;
    const status = settled === 'open' ? ('running' as const) : shownStatus(settled);

    return status === 'succeeded' && missed === null
      ? []
      : [{ node: plan.nodes[parent.node]?.key ?? '', status, branch: missed }];
  });
}
