/**
 * The plan: what the engine runs. Compiled once (`plan/compile.ts`) when a version is published and stored with it, so that the index of a
 * node, by which instances and attempts address it, never changes under a running instance, whatever later releases do to the compiler.
 */
import type {
  DefinitionNode,
  RetryPolicy,
  Timeouts,
  TimeWindow,
  TriggerRule,
} from './definition.ts';
import type { Json, JsonObject } from './json.ts';

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

/** A node that has a live task while it is open. */
export type RunnableNode = Extract<PlanNode, PlanRunnable>;

export function isRunnable(node: PlanNode): node is RunnableNode {
  return 'work' in node;
}

/** Its failure, once its retries are used up, counts as success for what lies behind it. */
export function isTolerated(node: PlanNode | undefined): boolean {
  return node !== undefined && isRunnable(node) && node.tolerated;
}
