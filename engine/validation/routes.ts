/** What can be wrong with the branches of routes: a case per branch, an edge per case, and always a way out. */
import { DEFAULT_BRANCH } from '../definition.ts';
import type { Problem } from '../problem.ts';
import type { Sketch, SketchEdge, SketchNode } from './sketch.ts';

export function checkRoutes({ nodes, byKey, edges }: Sketch): Problem[] {
  const outgoing = new Map<string, SketchEdge[]>();
  for (const edge of edges) {
    const others = outgoing.get(edge.from);
    if (others) {
      others.push(edge);
    } else {
      outgoing.set(edge.from, [edge]);
    }
  }

  return [
    ...nodes
      .filter((node) => node.type === 'route' && !node.disabled && byKey.get(node.key) === node)
      .flatMap((node) => checkRoute(node, outgoing.get(node.key) ?? [])),
    ...edges
      .filter(({ from, branch }) => branch !== null && byKey.get(from)?.type !== 'route')
      .flatMap((edge) => strayBranch(edge, byKey.get(edge.from))),
  ];
}

function checkRoute(route: SketchNode, edges: readonly SketchEdge[]): Problem[] {
  const { key, pointer } = route;
  const branches = new Set([DEFAULT_BRANCH, ...route.cases.map((branch) => branch.key)]);
  const taken = new Set(edges.map(({ branch }) => branch));
  const problems: Problem[] = checkCases(route, taken);

  if (!taken.has(DEFAULT_BRANCH)) {
    problems.push({
      code: 'route_without_default',
      severity: 'error',
      message: `Route "${key}" has no edge for the branch "${DEFAULT_BRANCH}", which is taken when no case holds.`,
      pointer,
      node: key,
      params: { key },
    });
  }

  for (const { from, to, branch, pointer } of edges) {
    if (branch === null) {
      problems.push({
        code: 'edge_without_branch',
        severity: 'error',
        message: `Edge ${from} -> ${to} leaves a route and must name its branch.`,
        pointer,
        edge: { from, to },
        params: { from, to },
      });
    } else if (!branches.has(branch)) {
      problems.push({
        code: 'unknown_branch',
        severity: 'error',
        message: `Edge ${from} -> ${to}: route "${from}" has no case "${branch}".`,
        pointer: `${pointer}/branch`,
        edge: { from, to },
        params: { key: from, branch },
      });
    }
  }

  return problems;
}

function checkCases(route: SketchNode, taken: ReadonlySet<string | null>): Problem[] {
  const seen = new Set<string>([DEFAULT_BRANCH]);

  return route.cases.flatMap(({ key, pointer }): Problem[] => {
    if (seen.has(key)) {
      const message =
        key === DEFAULT_BRANCH
          ? `Route "${route.key}" has a case named "${DEFAULT_BRANCH}", which is the branch taken when no case holds.`
          : `Route "${route.key}" has more than one case "${key}".`;
      return [
        {
          code: 'duplicate_key',
          severity: 'error',
          message,
          pointer: `${pointer}/key`,
          node: route.key,
          params: { key },
        },
      ];
    }
    seen.add(key);

    return taken.has(key)
      ? []
      : [
          {
            code: 'branch_without_edge',
            severity: 'warning',
            message: `Case "${key}" of route "${route.key}" leads nowhere.`,
            pointer,
            node: route.key,
            params: { key: route.key, branch: key },
          },
        ];
  });
}

function strayBranch(
  { from, to, branch, pointer }: SketchEdge,
  source: SketchNode | undefined,
): Problem[] {
  return source === undefined
    ? []
    : [
        {
          code: 'unknown_branch',
          severity: source.disabled ? 'warning' : 'error',
          message: `Edge ${from} -> ${to} names the branch "${branch ?? ''}", but "${from}" is not a route.`,
          pointer: `${pointer}/branch`,
          edge: { from, to },
          params: { key: from, branch: branch ?? '' },
        },
      ];
}
