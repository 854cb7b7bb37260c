/** The working memory of one call of `advance`, and how a node gets its final status in it. */
import type { Json } from '../json.ts';
import { isTolerated, type PlanNode } from '../plan.ts';
import type { Program } from '../program.ts';
import { copyState, type NodeStatus, type State } from '../state.ts';
import type { FailureCode } from '../states.ts';
import type { Effect } from './effect.ts';
import type { Facts } from './facts.ts';

export type NodeFailure = {
  /** Null: it was no node's failure but the run's. */
  readonly node: number | null;
  readonly code: FailureCode;
  readonly message: string;
};

export type FailureOfNode = NodeFailure & { readonly node: number };

export type Run = {
  program: Program;
  readonly facts: Facts;
  readonly state: State;
  readonly effects: Effect[];
  /** Nodes whose outputs have to be loaded before anything can be decided. */
  readonly needs: Set<number>;
  needsSignals: boolean;
  /** Early signals that this call took. */
  readonly consumed: Set<string>;
  /** Those of the facts, and those that come about in this call. */
  readonly outputs: Map<number, Json | null>;
  /** Nodes to judge. */
  readonly queue: number[];
  failure: NodeFailure | null;
  /** What is to become of it when nothing moves any more. `stop`: a failure, or the time, ends what is open. */
  outcome: 'finish' | 'stop' | 'cancel' | 'hold';
};

export function beginRun(program: Program, state: State, facts: Facts): Run {
  const outputs = new Map(facts.outputs);

  return {
    program: programFor(program, state),
    facts: { ...facts, outputs },
    state: copyState(state),
    effects: [],
    needs: new Set(),
    needsSignals: false,
    consumed: new Set(),
    outputs,
    queue: [],
    failure: null,
    outcome: 'finish',
  };
}

/** Most plans have no implied edges, and need not look. */
function programFor(program: Program, { touched, nodes }: State): Program {
  const { whole } = program;
  return whole !== null && (touched || nodes.includes('passed')) ? whole : program;
}

/** From now on a node may have ended otherwise than by its parents: the edges that the plan found to be implied by others count. */
export function touch(run: Run): void {
  run.state.touched = true;
  run.program = run.program.whole ?? run.program;
}

export function planOf(run: Run, node: number): PlanNode {
  const plan = run.program.plan.nodes[node];
  if (plan === undefined) {
    throw new Error(`the plan has no node ${node}`);
  }
  return plan;
}

/** Gives a node its final status and queues the nodes behind it. */
export function settle(
  run: Run,
  node: number,
  status: Exclude<NodeStatus, 'pending' | 'open' | 'cancelled'>,
): void {
  run.state.nodes[node] = status;
  run.queue.push(...planOf(run, node).children);
}

export function fail(run: Run, failure: FailureOfNode): void {
  settle(run, failure.node, 'failed');

  if (!isTolerated(planOf(run, failure.node))) {
    run.failure ??= failure;
    if (run.program.plan.stopOnFailure && run.outcome === 'finish') {
      run.outcome = 'stop';
    }
  }
}

/** A node that fails before anybody was handed it. */
export function failAtOnce(run: Run, failure: FailureOfNode): void {
  run.effects.push({ type: 'record', outcome: 'failed', ...failure });
  fail(run, failure);
}
