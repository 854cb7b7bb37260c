/**
 * What the model knows: plain data, cloned freely. Some workflows, their instances, and of each its nodes, live tasks and trace. Nothing
 * here comes from the engine but the words.
 */
import type { Json, JsonObject } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode, InstanceStatus } from '#engine/states.ts';
import type { Flow, Shape, ShapeNode, Versioned } from './shape.ts';
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
  /** Orders of the segments that wait, the next one first. */
  line: number[];
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
  /** The instance that it is. */
  child: string | null;
};

export type ModelAttempt = {
  /** Of one that its run's version does not have any more: the place where the trace keeps its attempts. */
  node: string;
  /** The node that whoever was handed it knows, and how often its run had been moved by then. */
  readonly key: string;
  readonly era: number;
  readonly segment: number;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
  /** Of several ends that came at once it says which one was first. */
  readonly output: Json;
  /** A service was at it. */
  remote: boolean;
};

/** The attempt that an instance is the child of. */
export type ModelParent = {
  readonly id: string;
  node: string;
  readonly segment: number;
  readonly attempt: number;
};

export type ModelInstance = {
  readonly id: string;
  /** Place of its version among the settings. */
  version: number;
  /** How often it was moved to another one. */
  moves: number;
  readonly objectId: string;
  readonly parent: ModelParent | null;
  /** Its parent has heard how it ended, or does not ask. */
  told: boolean;
  /** How often it has ended. */
  ends: number;
  /** Its end lets another one of its object begin. */
  exclusive: boolean;
  /** Another one has its object. */
  blocked: boolean;
  readonly input: Json;
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
  nodes: Record<string, ModelNode>;
  tasks: ModelTask[];
  readonly trace: ModelAttempt[];
  /** That came before their node was open, and that no node has taken yet. */
  signals: { readonly name: string; readonly payload: Json }[];
};

export type Busy = 'allow' | 'queue' | 'reject' | 'replace';

export type ModelWorkflow = {
  maxRunning: number;
  enabled: boolean;
  busy: Busy;
  /** Place of its published version among the settings. */
  published: number;
};

export type World = {
  now: number;
  readonly workflows: Readonly<Partial<Record<Flow, ModelWorkflow>>>;
  instances: ModelInstance[];
  /** What the first steps of an action leave to its later ones, by the action. */
  readonly left: Record<string, readonly unknown[]>;
  /** How many the first half of a claim got. */
  claimed: number;
  /** Latest hand-out of a work whose start was heard. */
  readonly overtakenAt: Partial<Record<TaskWork, number>>;
  readonly tokens: Partial<Record<TaskWork, { readonly left: number; readonly at: number }>>;
};

/** What does not change of a version: the shape, and the order in which the plan has its nodes. */
export type Setting = {
  readonly flow: Flow;
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

/** Of all versions. */
export type Settings = readonly Setting[];

export function settingOf(settings: Settings, version: number): Setting {
  const setting = settings[version];
  if (setting === undefined) {
    throw new Error(`the model has no version ${version}`);
  }
  return setting;
}

export function flowOf(settings: Settings, { version }: Pick<ModelInstance, 'version'>): Flow {
  return settingOf(settings, version).flow;
}

export function workflowOf({ workflows }: World, flow: Flow): ModelWorkflow {
  const workflow = workflows[flow];
  if (workflow === undefined) {
    throw new Error(`the model has no workflow ${flow}`);
  }
  return workflow;
}

export function makeSetting({ flow, shape }: Versioned, order: readonly string[]): Setting {
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
    flow,
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

export function emptyWorld(settings: Settings, now: number): World {
  const workflows: Partial<Record<Flow, ModelWorkflow>> = {};
  for (const [published, { flow, shape }] of settings.entries()) {
    // The first version of a workflow is the published one, until another is published.
    workflows[flow] ??= { ...shape.limits, enabled: true, published };
  }
  return {
    now,
    workflows,
    instances: [],
    left: {},
    claimed: 0,
    overtakenAt: {},
    tokens: {},
  };
}

/** An attempt as it goes into the trace; `remote`: a service was at it. */
export function trace(
  instance: ModelInstance,
  attempt: Pick<ModelAttempt, 'node' | 'segment' | 'number' | 'outcome'> & Partial<ModelAttempt>,
): void {
  const handed = { key: attempt.node, era: instance.moves };
  instance.trace.push({ ...handed, code: null, output: null, remote: false, ...attempt });
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
