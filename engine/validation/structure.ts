/** What can be wrong with the drawing itself: its keys, its edges, the branches of its routes. */
import { DEFAULT_BRANCH, nodeKey } from '../definition.ts';
import type { Problem } from '../problem.ts';
import { components, cyclesOf, makeGraph, reachableFrom } from './graph.ts';
import type { Sketch, SketchEdge, SketchNode } from './sketch.ts';

export function checkStructure(sketch: Sketch): Problem[] {
  return [
    ...checkKeys(sketch),
    ...checkEdges(sketch),
    ...checkCycles(sketch),
    ...checkReach(sketch),
    ...checkRoutes(sketch),
  ];
}

function checkKeys({ nodes, byKey }: Sketch): Problem[] {
  const problems: Problem[] = [];

  for (const node of nodes) {
    const { key, pointer } = node;
    if (byKey.get(key) !== node) {
      problems.push({
        code: 'duplicate_key',
        severity: 'error',
        message: `More than one node has the key "${key}".`,
        pointer: `${pointer}/key`,
        node: key,
        params: { key },
      });
    }

    const [, fanout, order] = /^(.+)_(\d+)$/.exec(key) ?? [];
    if (fanout !== undefined && order !== undefined && byKey.get(fanout)?.type === 'fanout') {
      problems.push({
        code: 'ambiguous_key',
        severity: 'error',
        message: `Node "${key}" is named like segment ${order} of the fan-out "${fanout}"; give it another key.`,
        pointer: `${pointer}/key`,
        node: key,
        params: { key, fanout, order: Number(order) },
      });
    }
  }

  return problems;
}

function checkEdges(sketch: Sketch): Problem[] {
  const seen = new Set<string>();

  return sketch.edges.flatMap((edge): Problem[] => {
    const { from, to, branch, pointer } = edge;
    const ends = { from, to };
    const unknown = unknownEnds(sketch, edge);
    if (unknown.length > 0) {
      return unknown;
    }
    if (from === to) {
      return [
        {
          code: 'self_edge',
          severity: 'error',
          message: `Node "${from}" has an edge to itself.`,
          pointer,
          node: from,
          edge: ends,
          params: { key: from },
        },
      ];
    }

    const id = JSON.stringify([from, to, branch]);
    if (seen.has(id)) {
      return [
        {
          code: 'duplicate_edge',
          severity: 'error',
          message: `There is more than one edge ${from} -> ${to}${branch === null ? '' : ` for the branch "${branch}"`}.`,
          pointer,
          edge: ends,
          params: { from, to },
        },
      ];
    }
    seen.add(id);

    return checkMarks(sketch, edge);
  });
}

function unknownEnds({ byKey }: Sketch, { from, to, pointer }: SketchEdge): Problem[] {
  return (['from', 'to'] as const).flatMap((end): Problem[] => {
    const key = end === 'from' ? from : to;
    if (byKey.has(key) || !nodeKey.safeParse(key).success) {
      return []; // a key that cannot be one has been refused by the schema
    }
    return [
      {
        code: 'unknown_node',
        severity: 'error',
        message: `Edge ${from} -> ${to}: there is no node "${key}".`,
        pointer: `${pointer}/${end}`,
        edge: { from, to },
        params: { key },
      },
    ];
  });
}

function checkMarks({ byKey }: Sketch, { from, to, pointer }: SketchEdge): Problem[] {
  const problems: Problem[] = [];
  if (byKey.get(to)?.type === 'start') {
    problems.push({
      code: 'start_has_incoming',
      severity: 'error',
      message: `Start node "${to}" has an edge into it, from "${from}".`,
      pointer,
      node: to,
      edge: { from, to },
      params: { key: to, from },
    });
  }
  if (byKey.get(from)?.type === 'end') {
    problems.push({
      code: 'end_has_outgoing',
      severity: 'error',
      message: `End node "${from}" has an edge out of it, to "${to}".`,
      pointer,
      node: from,
      edge: { from, to },
      params: { key: from, to },
    });
  }
  return problems;
}

function checkCycles({ byKey, edges }: Sketch): Problem[] {
  const graph = makeGraph(
    [...byKey.keys()],
    edges.filter(({ from, to }) => from !== to),
  );

  return cyclesOf(graph, components(graph)).map((path): Problem => {
    const [from = '', to = ''] = path;
    const index = edges.findIndex((edge) => edge.from === from && edge.to === to);
    return {
      code: 'cycle',
      severity: 'error',
      message: `These nodes wait for one another: ${path.join(' -> ')}.`,
      pointer: `/edges/${index}`,
      node: from,
      edge: { from, to },
      params: { path: path.join(' -> ') },
    };
  });
}

/** Only where there are start nodes: without one, every node that nothing leads to is a start. */
function checkReach({ byKey, edges }: Sketch): Problem[] {
  const graph = makeGraph([...byKey.keys()], edges);
  const starts = [...byKey.values()].flatMap(({ type }, index) =>
    type === 'start' ? [index] : [],
  );
  if (starts.length === 0) {
    return [];
  }

  const reached = reachableFrom(graph, starts);
  return [...byKey.values()].flatMap(({ key, pointer }, index): Problem[] =>
    reached.has(index)
      ? []
      : [
          {
            code: 'unreachable',
            severity: 'warning',
            message: `No start node leads to "${key}".`,
            pointer,
            node: key,
            params: { key },
          },
        ],
  );
}

function checkRoutes({ nodes, byKey, edges }: Sketch): Problem[] {
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
