/**
 * How a definition becomes a plan.
 *
 *     definition ──links.ts──> nodes that run, their edges ──prune.ts──> those that can decide something ──> by index
 */
import type { Definition, DefinitionNode } from '../definition.ts';
import {
  INTERNAL_WORKS,
  type Plan,
  type PlanChild,
  type PlanNode,
  type PlanParent,
  type PlanRunnable,
} from '../plan.ts';
import { linkNodes } from './links.ts';
import { mentionedKeys } from './mentions.ts';
import { pruneGraph } from './prune.ts';

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
  const common = {
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
