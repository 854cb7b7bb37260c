/**
 * The plan: what the engine runs. Compiled once when a version is published and stored with it, so that the index of a node, by which
 * instances and attempts address it, never changes under a running instance, whatever later releases do to the compiler.
 */
import {
  type Definition,
  type DefinitionNode,
  type RetryPolicy,
  type Timeouts,
  type TriggerRule,
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

/** A node that workers run. Absent policies are those of the work, read when they are needed. */
export type PlanRunnable = {
  readonly work: string;
  readonly input: Json | null;
  readonly retry: RetryPolicy | null;
  readonly timeouts: Timeouts | null;
  readonly delaySeconds: number;
  readonly tolerated: boolean;
  readonly priority: number;
};

export type PlanNode = PlanCommon &
  (
    | { readonly type: 'start' | 'end' }
    | ({ readonly type: 'task' } & PlanRunnable)
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
      } & PlanRunnable)
  );

export type Plan = {
  readonly nodes: readonly PlanNode[];
  /** JSON Schema of the input; null: anything goes. */
  readonly inputSchema: JsonObject | null;
  readonly output: Json | null;
  readonly env: JsonObject;
  readonly timeoutSeconds: number | null;
  readonly stopOnFailure: boolean;
};

/**
 * Compiles a valid definition: leaves disabled nodes out and joins their neighbours, orders the nodes topologically (ties by their
 * place in the definition, so compiling is deterministic) and addresses edges by index.
 *
 * @throws Error if the definition has a cycle; `validateDefinition` finds those first.
 */
export function compilePlan(definition: Definition): Plan {
  const enabled = definition.nodes.filter((node) => !node.disabled);
  const links = joinOverDisabled(definition);
  const order = sortTopologically(
    enabled.map((node) => node.key),
    links,
  );

  const position = new Map(order.map((key, index) => [key, index]));
  const byKey = new Map(enabled.map((node) => [node.key, node]));
  const parents: PlanParent[][] = order.map(() => []);
  const children: Set<number>[] = order.map(() => new Set());

  for (const link of links) {
    const from = position.get(link.from);
    const to = position.get(link.to);

    if (from !== undefined && to !== undefined) {
      parents[to]?.push({ node: from, branch: link.branch });
      children[from]?.add(to);
    }
  }

  return {
    nodes: order.flatMap((key, index) => {
      const node = byKey.get(key);
      return node === undefined
        ? []
        : [planNode(node, parents[index] ?? [], [...(children[index] ?? [])])];
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
      return { ...common, type: 'task', ...runnable(node) };
    case 'fanout':
      return {
        ...common,
        type: 'fanout',
        ...runnable(node),
        items: node.items,
        maxParallel: node.maxParallel ?? 0,
        tolerance: { count: node.tolerance?.count ?? 0, percent: node.tolerance?.percent ?? 0 },
      };
  }
}

function runnable(node: Extract<DefinitionNode, { work: string }>): PlanRunnable {
  return {
    work: node.work,
    input: node.input ?? null,
    retry: node.retry ?? null,
    timeouts: node.timeouts ?? null,
    delaySeconds: node.delaySeconds ?? 0,
    tolerated: node.onFailure === 'continue',
    priority: node.priority ?? 0,
  };
}

type Link = { readonly from: string; readonly to: string; readonly branch: string | null };

/** Every way through a disabled node becomes an edge of its own; the branch of a route's edge is kept. */
function joinOverDisabled(definition: Definition): Link[] {
  let links: Link[] = definition.edges.map(({ from, to, branch }) => ({
    from,
    to,
    branch: branch ?? null,
  }));

  for (const { key } of definition.nodes.filter((node) => node.disabled)) {
    const incoming = links.filter((link) => link.to === key);
    const outgoing = links.filter((link) => link.from === key);
    const joined = incoming.flatMap(({ from, branch }) =>
      outgoing.map(({ to }) => ({ from, to, branch })),
    );
    links = [...links.filter((link) => link.from !== key && link.to !== key), ...joined];
  }

  const seen = new Set<string>();
  return links.filter((link) => {
    const id = JSON.stringify([link.from, link.to, link.branch]);
    return !seen.has(id) && seen.add(id);
  });
}

/** Kahn's algorithm, first come first served among the nodes that are free, so that authors find their own order again. */
function sortTopologically(keys: readonly string[], links: readonly Link[]): string[] {
  const open = new Map(keys.map((key) => [key, 0]));
  const outgoing = new Map<string, string[]>();

  for (const { from, to } of links) {
    open.set(to, (open.get(to) ?? 0) + 1);
    const targets = outgoing.get(from);
    if (targets) {
      targets.push(to);
    } else {
      outgoing.set(from, [to]);
    }
  }

  const order = keys.filter((key) => open.get(key) === 0);

  for (const key of order) {
    for (const to of outgoing.get(key) ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      if (left === 0) {
        order.push(to);
      }
    }
  }

  if (order.length !== keys.length) {
    throw new Error('a definition with a cycle cannot be compiled');
  }

  return order;
}

export function isRunnable(node: PlanNode): node is PlanNode & PlanRunnable {
  return node.type === 'task' || node.type === 'fanout';
}
