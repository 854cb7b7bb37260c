import type { Plan } from '../plan.ts';

/** The plan with every edge that was left out because others imply it; null: none was. */
export function restoreImplied(plan: Plan): Plan | null {
  const { implied = [], ...rest } = plan;
  if (implied.length === 0) {
    return null;
  }
  const parents = Map.groupBy(implied, ({ to }) => to);
  const children = Map.groupBy(implied, ({ from }) => from);

  return {
    ...rest,
    nodes: plan.nodes.map((node, index) => ({
      ...node,
      parents: [
        ...node.parents,
        ...(parents.get(index) ?? []).map(({ from }) => ({ node: from, branch: null })),
      ],
      children: [...node.children, ...(children.get(index) ?? []).map(({ to }) => to)],
    })),
  };
}
