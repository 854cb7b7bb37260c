/**
 * What the model knows: plain data, cloned freely. One workflow, its instances, and of each its nodes, live tasks and trace. Nothing here
 * comes from the engine but the words.
 */
import type { Json, JsonObject } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode, InstanceStatus } from '#engine/states.ts';
import type { Shape, ShapeNode } from './shape.ts';
import type { TaskWork } from './works.ts';

export type NodeStatus =
  | 'pending'
  | 'open'
  | 'passed'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'upstream_failed';

export type ModelSegment = {
  state: 'waiting' | 'live' | 'succeeded' | 'failed' | 'cancelled';
  readonly input: Json;
  output: Json;
};

export type ModelNode = {
  status: NodeStatus;
  branches: readonly string[] | null;
  segments: ModelSegment[] | null;
  output: Json;
};

export type ModelTask = {
  readonly node: string;
  /** -1: not a segment. */
  readonly segment: number;
  readonly work: TaskWork;
  priority: number;
  input: Json;
  readonly runSeconds: number;
  status: 'delayed' | 'ready' | 'dispatched' | 'running';
  held: boolean;
  attempt: number;
  failures: number;
  /** It is run by a lease, which `dueAt` ends. */
  leased: boolean;
  /** Leases that ran out: the next hand-out repeats the attempt. */
  deliveries: number;
  /** It holds one of its work's slots. */
  slot: boolean;
  firstAt: number | null;
  dispatchedAt: number | null;
  startedAt: number | null;
  dueAt: number | null;
  /** When the service that it drives is asked next. */
  pollAt: number | null;
  /** A service is at it. */
  remote: boolean;
};

export type ModelAttempt = {
  readonly node: string;
  readonly segment: number;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
  /** Of several ends that came at once it says which one was first. */
  readonly output: Json;
  /** A service was at it. */
  remote: boolean;
};

export type ModelInstance = {
  readonly id: string;
  readonly input: { readonly n: number };
  priority: number;
  runAt: number | null;
  /** Nodes that were asked for; empty: all of them. */
  readonly only: readonly string[];
  status: InstanceStatus;
  context: JsonObject;
  output: Json;
  /** Errors that it may have: where several came at once, whichever the engine saw first. Empty: none. */
  errors: readonly string[];
  expiresAt: number | null;
  readonly nodes: Record<string, ModelNode>;
  tasks: ModelTask[];
  readonly trace: ModelAttempt[];
  /** That came before their node was open, and that no node has taken yet. */
  signals: { readonly name: string; readonly payload: Json }[];
};

export type World = {
  now: number;
  maxRunning: number;
  enabled: boolean;
  instances: ModelInstance[];
  /** How many the first half of a claim got. */
  claimed: number;
  /** Latest hand-out of a work whose start was heard. */
  readonly overtakenAt: Partial<Record<TaskWork, number>>;
  readonly tokens: Partial<Record<TaskWork, { readonly left: number; readonly at: number }>>;
};

/** What does not change during a run: the shape, and the order in which the plan has its nodes. */
export type Setting = {
  readonly shape: Shape;
  readonly nodeOf: ReadonlyMap<string, ShapeNode>;
  readonly order: readonly string[];
  /** The same with the marks that the plan left out: the model runs what was drawn. */
  readonly drawn: readonly string[];
  /** Edges into each node of the plan, disabled nodes joined over. */
  readonly parentsOf: ReadonlyMap<string, ShapeNode['parents']>;
};

/** The command cannot have done what the database says it did. */
export class Mismatch extends Error {}

export function settingOf(shape: Shape, order: readonly string[]): Setting {
  const nodeOf = new Map(shape.nodes.map((node) => [node.key, node]));
  const reached = reachedIn(shape);
  const parentsOf = new Map(
    shape.nodes
      .filter(({ key, disabled }) => !disabled && reached.has(key))
      .map((node) => [node.key, joined(node, nodeOf).filter(({ key }) => reached.has(key))]),
  );

  const left = [...parentsOf.keys()].filter((key) => !order.includes(key));
  const isStart = (key: string) => (parentsOf.get(key) ?? []).length === 0;
  const drawn = [...left.filter(isStart), ...order, ...left.filter((key) => !isStart(key))];

  return {
    shape,
    nodeOf,
    order,
    drawn,
    parentsOf,
  };
}

/** A drawing with a start begins there and nowhere else. */
function reachedIn({ nodes }: Shape): ReadonlySet<string> {
  const reached = new Set<string>();
  const hasStart = nodes.some(({ type }) => type === 'start');

  for (const { key, type, parents } of nodes) {
    if (!hasStart || type === 'start' || parents.some((parent) => reached.has(parent.key))) {
      reached.add(key);
    }
  }
  return reached;
}

/** The parents of a node; in the place of a disabled one stand its own. Each edge counts once. */
function joined(node: ShapeNode, nodeOf: ReadonlyMap<string, ShapeNode>): ShapeNode['parents'] {
  const all = node.parents.flatMap((parent) => {
    const before = nodeOf.get(parent.key);
    return before?.disabled ? joined(before, nodeOf) : [parent];
  });
  return [...new Map(all.map((parent) => [`${parent.key}>${parent.branch}`, parent])).values()];
}

export function emptyWorld(shape: Shape, now: number): World {
  return {
    now,
    maxRunning: shape.maxRunning,
    enabled: true,
    instances: [],
    claimed: 0,
    overtakenAt: {},
    tokens: {},
  };
}

/** An attempt as it goes into the trace; `remote`: a service was at it. */
export function trace(
  instance: ModelInstance,
  attempt: Omit<ModelAttempt, 'code' | 'output' | 'remote'> & Partial<ModelAttempt>,
): void {
  instance.trace.push({ code: null, output: null, remote: false, ...attempt });
}

export function nodeIn(instance: ModelInstance, key: string): ModelNode {
  const node = instance.nodes[key];
  if (node === undefined) {
    throw new Error(`the model has no node ${key}`);
  }
  return node;
}

/** Number of the last attempt of a task, live or ended. */
export function lastAttempt(instance: ModelInstance, node: string, segment: number): number {
  return Math.max(
    0,
    ...instance.trace
      .filter((one) => one.node === node && one.segment === segment)
      .map(({ number }) => number),
  );
}
