/**
 * The state of all nodes of one instance, as one short text in the instance's row:
 *
 *     sso..c            one letter per node of the plan, in its order
 *     sso..;2=40,12,1   and, for a fan-out: node = segments, succeeded, failed (and, while some wait in line: made)
 *     ss..k;1>large     and, for a route: node > the branches it took, separated by commas
 *     sp..;!            and, of a run that a person touched: see `touched`
 *
 * An open node (`o`) has a row in `task` that knows more (ready, running, …). How many of a node's incoming edges are settled, its
 * latch, is not stored but counted from the letters of its parents: a number that is never written can never be wrong.
 */
import type { TaskStatus } from './states.ts';

/**
 * What the engine knows of one node: `open` stands for all states of a live task. `passed`: it was left out and counts as succeeded for
 * what lies behind it, because a person skipped it or ran only other nodes; people see it as skipped.
 */
export type NodeStatus =
  | 'pending'
  | 'open'
  | 'passed'
  | Extract<TaskStatus, 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'upstream_failed'>;

const LETTERS = {
  pending: '.',
  open: 'o',
  passed: 'p',
  succeeded: 's',
  failed: 'f',
  cancelled: 'c',
  skipped: 'k',
  upstream_failed: 'u',
} as const satisfies Record<NodeStatus, string>;

const STATUS_OF = new Map<string, NodeStatus>(
  (Object.keys(LETTERS) as NodeStatus[]).map((status) => [LETTERS[status], status]),
);

/** Segments of a fan-out: how many there are, and how many of them ended how. */
export type FanoutState = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Made into tasks so far. The others wait in line, at the places from `made` to `total` - 1. */
  readonly made: number;
};

/** The decoded state. The engine works on one of its own and never changes the caller's. */
export type State = {
  /** A person settled a node, or moved the run to another version: what became of a node need not follow from its parents any more. */
  touched: boolean;
  readonly nodes: NodeStatus[];
  readonly fanouts: Map<number, FanoutState>;
  readonly branches: Map<number, readonly string[]>;
};

export function emptyState(nodeCount: number): State {
  return {
    touched: false,
    nodes: Array.from({ length: nodeCount }, () => 'pending' as const),
    fanouts: new Map(),
    branches: new Map(),
  };
}

export function encodeState(state: State): string {
  let text = '';

  for (const status of state.nodes) {
    text += LETTERS[status];
  }
  for (const [node, { total, succeeded, failed, made }] of state.fanouts) {
    text += `;${node}=${total},${succeeded},${failed}${made === total ? '' : `,${made}`}`;
  }
  for (const [node, branches] of state.branches) {
    text += `;${node}>${branches.join(',')}`;
  }

  return state.touched ? `${text};!` : text;
}

/** @throws Error on a text that `encodeState` did not write. */
export function decodeState(text: string): State {
  const [letters = '', ...extras] = text.split(';');
  const state: State = { touched: false, nodes: [], fanouts: new Map(), branches: new Map() };

  for (const letter of letters) {
    const status = STATUS_OF.get(letter);
    if (status === undefined) {
      throw new Error(`unknown node state "${letter}" in "${text}"`);
    }
    state.nodes.push(status);
  }

  for (const extra of extras) {
    if (extra === '!') {
      state.touched = true;
      continue;
    }
    const fanout = /^(\d+)=(\d+),(\d+),(\d+)(?:,(\d+))?$/.exec(extra);
    const route = /^(\d+)>(.*)$/.exec(extra);

    if (fanout) {
      const [node = 0, total = 0, succeeded = 0, failed = 0] = fanout.slice(1, 5).map(Number);
      const made = fanout[5] === undefined ? total : Number(fanout[5]);
      state.fanouts.set(node, { total, succeeded, failed, made });
    } else if (route) {
      state.branches.set(Number(route[1]), route[2] ? route[2].split(',') : []);
    } else {
      throw new Error(`unknown entry "${extra}" in "${text}"`);
    }
  }

  return state;
}

export function copyState(state: State): State {
  return {
    touched: state.touched,
    nodes: [...state.nodes],
    fanouts: new Map(state.fanouts),
    branches: new Map(state.branches),
  };
}

/** The same state with everything that has not begun given up. */
export function cancelPending(text: string): string {
  const state = decodeState(text);
  const nodes = state.nodes.map((status) => (status === 'pending' ? 'cancelled' : status));
  return encodeState({ ...state, nodes });
}

/** How people see the status of a node that is not open. */
export function shownStatus(status: Exclude<NodeStatus, 'open'>): TaskStatus {
  return status === 'passed' ? 'skipped' : status;
}

/** How far a run is, for lists: no plan is needed to count letters. */
export function countProgress(text: string): {
  total: number;
  finished: number;
  failed: number;
  open: number;
} {
  const { nodes } = decodeState(text);
  const count = (...statuses: NodeStatus[]) =>
    nodes.filter((status) => statuses.includes(status)).length;
  const open = count('open');

  return {
    total: nodes.length,
    finished: nodes.length - open - count('pending'),
    failed: count('failed', 'upstream_failed'),
    open,
  };
}
