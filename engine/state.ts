/**
 * The state of all nodes of one instance, as one short text in the instance's row:
 *
 *     sso..c            one letter per node of the plan, in its order
 *     sso..;2=40,12,1   and, for a fan-out: node = segments, succeeded, failed
 *     ss..k;1>large     and, for a route: node > the branches it took, separated by commas
 *
 * An open node (`o`) has a row in `task` that knows more (ready, running, …). How many of a node's incoming edges are settled, its
 * latch, is not stored but counted from the letters of its parents: a number that is never written can never be wrong.
 */
import type { TaskStatus } from './states.ts';

/** What the engine knows of one node: `open` stands for all states of a live task. */
export type NodeStatus =
  | 'pending'
  | 'open'
  | Extract<TaskStatus, 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'upstream_failed'>;

const LETTERS = {
  pending: '.',
  open: 'o',
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
};

/** The decoded state. The engine works on one of its own and never changes the caller's. */
export type State = {
  readonly nodes: NodeStatus[];
  readonly fanouts: Map<number, FanoutState>;
  readonly branches: Map<number, readonly string[]>;
};

export function emptyState(nodeCount: number): State {
  return {
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
  for (const [node, { total, succeeded, failed }] of state.fanouts) {
    text += `;${node}=${total},${succeeded},${failed}`;
  }
  for (const [node, branches] of state.branches) {
    text += `;${node}>${branches.join(',')}`;
  }

  return text;
}

/** @throws Error on a text that `encodeState` did not write. */
export function decodeState(text: string): State {
  const [letters = '', ...extras] = text.split(';');
  const state: State = { nodes: [], fanouts: new Map(), branches: new Map() };

  for (const letter of letters) {
    const status = STATUS_OF.get(letter);
    if (status === undefined) {
      throw new Error(`unknown node state "${letter}" in "${text}"`);
    }
    state.nodes.push(status);
  }

  for (const extra of extras) {
    const fanout = /^(\d+)=(\d+),(\d+),(\d+)$/.exec(extra);
    const route = /^(\d+)>(.*)$/.exec(extra);

    if (fanout) {
      const [, node, total, succeeded, failed] = fanout.map(Number);
      state.fanouts.set(node ?? 0, {
        total: total ?? 0,
        succeeded: succeeded ?? 0,
        failed: failed ?? 0,
      });
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
    nodes: [...state.nodes],
    fanouts: new Map(state.fanouts),
    branches: new Map(state.branches),
  };
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
