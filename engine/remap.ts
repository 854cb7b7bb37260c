/**
 * Moving a run to another version: which of its nodes becomes which. Nodes are the same if they have the same key; what ran keeps its
 * result, what the other version adds begins when its turn comes. Says what stands in the way rather than guess.
 */
import { isRunnable, type Plan, type PlanNode } from './plan.ts';
import { shownStatus, type NodeStatus, type State } from './state.ts';
import type { TaskStatus } from './states.ts';

export type MappedNode = {
  readonly key: string;
  /** Index in the version that the run has. */
  readonly from: number;
  /** Index in the version that it is to get; null: it is not there, and its result is dropped. */
  readonly to: number | null;
  readonly status: TaskStatus | 'open';
};

export type RemapProblem = {
  readonly code: 'open_node_gone' | 'other_type' | 'other_work' | 'branch_gone' | 'handed_out';
  readonly key: string;
  readonly message: string;
};

export type Remapped = {
  readonly nodes: readonly MappedNode[];
  /** Keys that only the other version has. */
  readonly added: readonly string[];
  readonly problems: readonly RemapProblem[];
  readonly state: State;
};

/** `handedOut`: nodes of which somebody holds an attempt, whose token names the node's place. */
export function remap(
  before: Plan,
  after: Plan,
  state: State,
  handedOut: ReadonlySet<number>,
): Remapped {
  const places = new Map(after.nodes.map(({ key }, index) => [key, index]));
  const problems: RemapProblem[] = [];
  const next: State = {
    nodes: after.nodes.map(() => 'pending'),
    fanouts: new Map(),
    branches: new Map(),
    // What ran went by the edges of another plan.
    touched: true,
  };

  const nodes = before.nodes.map((plan, from): MappedNode => {
    const status = state.nodes[from] ?? 'pending';
    const to = places.get(plan.key) ?? null;
    const target = to === null ? undefined : after.nodes[to];
    const problem = judge(plan, target, status, state.branches.get(from), handedOut.has(from));

    if (problem !== null) {
      problems.push(problem);
    }
    if (to !== null) {
      const fanout = state.fanouts.get(from);
      const branches = state.branches.get(from);
      next.nodes[to] = status;
      if (fanout) {
        next.fanouts.set(to, fanout);
      }
      if (branches) {
        next.branches.set(to, branches);
      }
    }
    return { key: plan.key, from, to, status: status === 'open' ? 'open' : shownStatus(status) };
  });
  const known = new Set(before.nodes.map(({ key }) => key));

  return {
    nodes,
    added: after.nodes.flatMap(({ key }) => (known.has(key) ? [] : [key])),
    problems,
    state: next,
  };
}

function judge(
  plan: PlanNode,
  target: PlanNode | undefined,
  status: NodeStatus,
  branches: readonly string[] | undefined,
  handedOut: boolean,
): RemapProblem | null {
  const { key } = plan;
  const begun = status !== 'pending' && status !== 'passed';

  if (status === 'open' && target === undefined) {
    return {
      code: 'open_node_gone',
      key,
      message: `"${key}" is open, and the other version has no such node`,
    };
  }
  if (handedOut) {
    return {
      code: 'handed_out',
      key,
      message: `"${key}" is with a worker; let it end first, or cancel it`,
    };
  }
  if (target === undefined || !begun) {
    return null;
  }
  if (target.type !== plan.type) {
    return {
      code: 'other_type',
      key,
      message: `"${key}" is of type ${plan.type}; in the other version it is of type ${target.type}`,
    };
  }
  if (status === 'open' && isRunnable(plan) && isRunnable(target) && plan.work !== target.work) {
    return {
      code: 'other_work',
      key,
      message: `"${key}" waits for work "${plan.work}"; in the other version it is work "${target.work}"`,
    };
  }
  const gone = branches?.find(
    (branch) =>
      branch !== 'default' &&
      target.type === 'route' &&
      !target.cases.some((one) => one.key === branch),
  );
  return gone === undefined
    ? null
    : {
        code: 'branch_gone',
        key,
        message: `"${key}" took branch "${gone}", which the other version does not have`,
      };
}
