/**
 * The plan: what the engine runs. Compiled once when a version is published and stored with it, so that the index of a node, by which
 * instances and attempts address it, never changes under a running instance, whatever later releases do to the compiler.
 *
 *     definition ──plan/links.ts──> nodes that run, their edges ──plan/prune.ts──> those that can decide something ──> by index
 */
import {
  type Definition,
  type DefinitionNode,
  type RetryPolicy,
  type Timeouts,
  type TimeWindow,
  type TriggerRule,
} from './definition.ts';
import type { Json, JsonObject } from './json.ts';
import { linkNodes } from './plan/links.ts';
import { mentionedKeys } from './plan/mentions.ts';
import { pruneGraph } from './plan/prune.ts';

/** One incoming edge. `branch` is set when it leaves a route: it counts as skipped unless the route took that branch. */
export type PlanParent = { readonly node: number; readonly branch: string | null };

type PlanCommon = {
  readonly key: string;
  readonly trigger: TriggerRule;
  readonly parents: readonly PlanParent[];
  readonly children: readonly number[];
};

/**
 * A node that takes time: it has a live task while it is open. Workers run those of people's works, Latchwork itself those of
 * `INTERNAL_WORKS`. Absent policies are those of the work, read when they are needed.
 */
export type PlanRunnable = {
  readonly work: string;
  readonly input: Json | null;
  readonly retry: RetryPolicy | null;
  readonly timeouts: Timeouts | null;
  readonly delaySeconds: number;
  readonly window?: TimeWindow | undefined;
  readonly tolerated: boolean;
  readonly priority: number;
};

/** The works that Latchwork runs itself, by the type of their nodes. People cannot name a work so. */
export const INTERNAL_WORKS = {
  http: '#http',
  script: '#script',
  workflow: '#workflow',
  wait: '#wait',
  signal: '#signal',
  notify: '#notify',
} as const;

export function isInternalWork(work: string): boolean {
  return work.startsWith('#');
}

/** The child instance that a node or segment runs. A null version is the published one, a null object id the parent's. */
export type PlanChild = {
  readonly workflow: string;
  readonly version: number | null;
  readonly objectId: string | null;
  readonly wait: boolean;
};

/** What is said of an `http` node in its definition: its templates are rendered when the requests are made. */
export type PlanHttp = Pick<
  Extract<DefinitionNode, { type: 'http' }>,
  'submit' | 'callback' | 'status' | 'result' | 'stop' | 'output'
>;

export type PlanNotify = Pick<
  Extract<DefinitionNode, { type: 'notify' }>,
  'url' | 'headers' | 'event' | 'data'
>;

export type PlanNode = PlanCommon &
  (
    | { readonly type: 'start' | 'end' }
    | ({ readonly type: 'task' } & PlanRunnable)
    | ({ readonly type: 'http'; readonly http: PlanHttp } & PlanRunnable)
    | ({
        readonly type: 'script';
        readonly script: string;
        readonly timeoutSeconds: number;
        readonly memoryMb: number;
      } & PlanRunnable)
    | {
        readonly type: 'route';
        readonly first: boolean;
        readonly cases: readonly { readonly key: string; readonly when: string }[];
      }
    | ({
        readonly type: 'fanout';
        readonly items: string;
        readonly maxParallel: number;
        readonly tolerance: { readonly count: number; readonly percent: number };
        readonly child: PlanChild | null;
      } & PlanRunnable)
    | ({ readonly type: 'workflow'; readonly child: PlanChild } & PlanRunnable)
    | ({
        readonly type: 'wait';
        /** A number, or a template. */
        readonly seconds: number | string | null;
        readonly until: string | null;
      } & PlanRunnable)
    | ({
        readonly type: 'signal';
        readonly signal: string;
        readonly approval: boolean;
        readonly prompt: string;
        readonly timeoutSeconds: number | null;
        /** Payload if none comes in time; null: the node fails. */
        readonly fallback: { readonly payload: Json } | null;
      } & PlanRunnable)
    | ({ readonly type: 'notify'; readonly notify: PlanNotify } & PlanRunnable)
  );

/** A mark that the engine does without: what became of it follows from the nodes that it came after. */
export type FoldedMark = {
  readonly key: string;
  readonly type: 'start' | 'end';
  readonly trigger: TriggerRule;
  readonly after: readonly PlanParent[];
};

export type Plan = {
  readonly nodes: readonly PlanNode[];
  /** Plans that were compiled before there was folding have none. */
  readonly folded?: readonly FoldedMark[];
  /** Edges left out because others imply them; they count again in a run that a person touched. */
  readonly implied?: readonly { readonly from: number; readonly to: number }[];
  /** JSON Schema of the input; null: anything goes. */
  readonly inputSchema: JsonObject | null;
  readonly output: Json | null;
  readonly env: JsonObject;
  readonly timeoutSeconds: number | null;
  readonly stopOnFailure: boolean;
};

/**
 * Compiles a valid definition: leaves disabled and unreachable nodes out, orders the others topologically (ties by their place in the
 * definition, so compiling is deterministic), prunes what can decide nothing, and addresses edges by index.
 *
 * @param options.prune false: keep marks and implied edges, to compare with
 * @throws Error if the definition has a cycle; `validateDefinition` finds those first.
 */
export function compilePlan(definition: Definition, { prune = true } = {}): Plan {
  const byKey = new Map(definition.nodes.map((node) => [node.key, node]));
  const graph = linkNodes(definition);
  const { order, links, folded, implied } = prune
    ? pruneGraph(graph, byKey, mentionedKeys(definition))
    : { ...graph, folded: [], implied: [] };

  const position = new Map(order.map((key, index) => [key, index]));
  const at = (key: string): number => position.get(key) ?? -1;
  const parents: PlanParent[][] = order.map(() => []);
  const children: Set<number>[] = order.map(() => new Set());

  for (const { from, to, branch } of links) {
    parents[at(to)]?.push({ node: at(from), branch });
    children[at(from)]?.add(at(to));
  }

  return {
    nodes: order.flatMap((key, index) => {
      const node = byKey.get(key);
      return node === undefined
        ? []
        : [planNode(node, parents[index] ?? [], [...(children[index] ?? [])])];
    }),
    ...(folded.length > 0 && {
      folded: folded.map(({ after, ...mark }) => ({
        ...mark,
        after: after.map(({ from, branch }) => ({ node: at(from), branch })),
      })),
    }),
    ...(implied.length > 0 && {
      implied: implied.map(({ from, to }) => ({ from: at(from), to: at(to) })),
    }),
    inputSchema: definition.input ?? null,
    output: definition.output ?? null,
    env: definition.env ?? {},
    timeoutSeconds: definition.timeoutSeconds ?? null,
    stopOnFailure: definition.onTaskFailure === 'stop',
  };
}

function planNode(
  node: DefinitionNode,
  parents: readonly PlanParent[],
  children: readonly number[],
): PlanNode {
  const common: PlanCommon = {
    key: node.key,
    trigger: node.trigger ?? 'all_success',
    parents,
    children,
  };

  switch (node.type) {
    case 'start':
    case 'end':
      return { ...common, type: node.type };
    case 'route':
      return {
        ...common,
        type: 'route',
        first: node.mode !== 'all',
        cases: node.cases.map(({ key, when }) => ({ key, when })),
      };
    case 'task':
      return { ...common, type: 'task', ...runnable(node.work, node) };
    case 'http': {
      const { submit, callback, status, result, stop, output } = node;
      return {
        ...common,
        type: 'http',
        ...runnable(INTERNAL_WORKS.http, node),
        http: { submit, callback, status, result, stop, output },
      };
    }
    case 'script':
      return {
        ...common,
        type: 'script',
        ...runnable(INTERNAL_WORKS.script, node),
        script: node.script,
        timeoutSeconds: node.timeoutSeconds ?? 1,
        memoryMb: node.memoryMb ?? 64,
      };
    case 'fanout':
      return {
        ...common,
        type: 'fanout',
        ...runnable(node.work ?? INTERNAL_WORKS.workflow, node),
        items: node.items,
        maxParallel: node.maxParallel ?? 0,
        tolerance: { count: node.tolerance?.count ?? 0, percent: node.tolerance?.percent ?? 0 },
        child:
          node.work === undefined ? child({ ...node, workflow: node.workflow ?? '' }, true) : null,
      };
    case 'workflow':
      return {
        ...common,
        type: 'workflow',
        ...runnable(INTERNAL_WORKS.workflow, node),
        child: child(node, node.wait !== false),
      };
    case 'wait':
      return {
        ...common,
        type: 'wait',
        ...runnable(INTERNAL_WORKS.wait, { window: node.window }),
        seconds: node.seconds ?? null,
        until: node.until ?? null,
      };
    case 'signal':
      return {
        ...common,
        type: 'signal',
        ...runnable(INTERNAL_WORKS.signal, { onFailure: node.onFailure }),
        signal: node.signal ?? node.key,
        approval: node.approval ?? false,
        prompt: node.prompt ?? '',
        timeoutSeconds: node.timeoutSeconds ?? null,
        fallback: node.default === undefined ? null : { payload: node.default },
      };
    case 'notify': {
      const { url, headers, event, data } = node;
      return {
        ...common,
        type: 'notify',
        ...runnable(INTERNAL_WORKS.notify, node),
        notify: { url, headers, event, data },
      };
    }
  }
}

/** What the node types that take time say alike; a type that lacks a policy leaves it to the work. */
type Policies = Partial<
  Pick<
    Extract<DefinitionNode, { type: 'task' }>,
    'input' | 'retry' | 'timeouts' | 'delaySeconds' | 'window' | 'onFailure' | 'priority'
  >
>;

function runnable(work: string, node: Policies): PlanRunnable {
  return {
    work,
    input: node.input ?? null,
    retry: node.retry ?? null,
    timeouts: node.timeouts ?? null,
    delaySeconds: node.delaySeconds ?? 0,
    window: node.window,
    tolerated: node.onFailure === 'continue',
    priority: node.priority ?? 0,
  };
}

function child(
  node: Pick<Extract<DefinitionNode, { type: 'workflow' }>, 'workflow' | 'version' | 'objectId'>,
  wait: boolean,
): PlanChild {
  return {
    workflow: node.workflow,
    version: node.version ?? null,
    objectId: node.objectId ?? null,
    wait,
  };
}

/** A node that has a live task while it is open. */
export type RunnableNode = Extract<PlanNode, PlanRunnable>;

export function isRunnable(node: PlanNode): node is RunnableNode {
  return 'work' in node;
}

/** Its failure, once its retries are used up, counts as success for what lies behind it. */
export function isTolerated(node: PlanNode | undefined): boolean {
  return node !== undefined && isRunnable(node) && node.tolerated;
}
