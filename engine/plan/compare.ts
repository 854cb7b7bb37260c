/** A definition beside the plan that was compiled from it: both graphs, and what became of the difference. */
import * as z from 'zod';
import { TRIGGER_RULES, type Definition } from '../definition.ts';
import type { Plan } from '../plan.ts';
import { compilePlan } from './compile.ts';
import { reachedKeys } from './links.ts';

const graph = z.object({
  nodes: z.array(z.object({ key: z.string(), type: z.string(), trigger: z.enum(TRIGGER_RULES) })),
  edges: z.array(z.object({ from: z.string(), to: z.string(), branch: z.string().nullable() })),
});

const removal = z.object({
  kind: z.enum(['disabled', 'folded', 'unreachable', 'redundant_edge']),
  node: z.string().nullable(),
  edge: z.object({ from: z.string(), to: z.string() }).nullable(),
  via: z
    .array(z.string())
    .nullable()
    .meta({ description: 'of a redundant edge: the nodes of a way that implies it' }),
  reason: z.string(),
});

export const planComparison = z
  .object({
    definition: graph.meta({ description: 'the business DAG, as it was drawn' }),
    plan: graph.meta({ description: 'what the engine runs' }),
    removed: z.array(removal),
  })
  .meta({ id: 'PlanComparison', description: 'The drawn graph beside the plan made from it.' });

export type PlanComparison = z.infer<typeof planComparison>;
type Removal = z.infer<typeof removal>;
type Graph = z.infer<typeof graph>;

/** @param plan as it was stored; a definition that was not published yet is compiled. It must be valid then. */
export function comparePlan(
  definition: Definition,
  plan: Plan = compilePlan(definition),
): PlanComparison {
  return {
    definition: {
      nodes: definition.nodes.map(({ key, type, trigger = 'all_success' }) => ({
        key,
        type,
        trigger,
      })),
      edges: definition.edges.map(({ from, to, branch = null }) => ({ from, to, branch })),
    },
    plan: graphOf(plan),
    removed: [...removedNodes(definition, plan), ...removedEdges(plan)],
  };
}

function graphOf({ nodes }: Plan): Graph {
  return {
    nodes: nodes.map(({ key, type, trigger }) => ({ key, type, trigger })),
    edges: nodes.flatMap(({ key, parents }) =>
      parents.map(({ node, branch }) => ({ from: nodes[node]?.key ?? '', to: key, branch })),
    ),
  };
}

function removedNodes(definition: Definition, plan: Plan): Removal[] {
  const kept = new Set(plan.nodes.map(({ key }) => key));
  const folded = new Map(plan.folded?.map((mark) => [mark.key, mark]));
  const reached = reachedKeys(definition);

  return definition.nodes.flatMap(({ key, disabled }): Removal[] => {
    const mark = folded.get(key);
    const gone = (kind: Removal['kind'], reason: string): Removal[] => [
      { kind, node: key, edge: null, via: null, reason },
    ];

    if (kept.has(key)) return [];
    if (mark !== undefined) {
      return gone(
        'folded',
        mark.after.length === 0
          ? `"${key}" always succeeds first: what lies behind it can begin at once.`
          : `"${key}" only passes on what became of the nodes before it: they decide themselves.`,
      );
    }
    if (disabled) {
      return gone('disabled', `"${key}" is disabled: its neighbours are joined.`);
    }
    return reached.has(key) ? [] : gone('unreachable', `No start node leads to "${key}".`);
  });
}

function removedEdges({ nodes, implied = [] }: Plan): Removal[] {
  const keyOf = (node: number): string => nodes[node]?.key ?? '';

  return implied.map(({ from, to }) => {
    const via = wayBetween(nodes, from, to).map(keyOf);
    const edge = { from: keyOf(from), to: keyOf(to) };
    return {
      kind: 'redundant_edge',
      node: null,
      edge,
      via,
      reason: `"${edge.to}" waits for "${edge.from}" anyway, by way of ${via.map((key) => `"${key}"`).join(', ')}.`,
    };
  });
}

/** The nodes of a shortest way from one node to another, without these two. */
function wayBetween(nodes: Plan['nodes'], from: number, to: number): number[] {
  const cameFrom = new Map<number, number>([[from, from]]);

  for (const node of cameFrom.keys()) {
    for (const child of nodes[node]?.children ?? []) {
      if (!cameFrom.has(child)) {
        cameFrom.set(child, node); // a Map hands out what is added while it is walked
      }
    }
  }

  const way: number[] = [];
  for (let step = cameFrom.get(to) ?? from; step !== from; step = cameFrom.get(step) ?? from) {
    way.unshift(step);
  }
  return way;
}
