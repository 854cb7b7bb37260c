/** What can be wrong with the drawing itself: its keys, its edges, the ways through it. */
import { nodeKey } from '../definition.ts';
import { UNREADABLE_KEYS } from '../expression/unreadable.ts';
import { isJsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { components, cyclesOf, makeGraph, reachableFrom } from './graph.ts';
import { checkRoutes } from './routes.ts';
import type { Sketch, SketchEdge } from './sketch.ts';

export function checkStructure(sketch: Sketch): Problem[] {
  return [
    ...checkKeys(sketch),
    ...checkEnv(sketch),
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

    if (UNREADABLE_KEYS.has(key)) {
      problems.push({
        code: 'schema',
        severity: 'error',
        message: `Node "${key}": key must be another; no expression could read tasks.${key}.`,
        pointer: `${pointer}/key`,
        node: key,
        params: { path: 'key', rule: `must be another; no expression could read tasks.${key}` },
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

/** cel-js tells objects by their `constructor`: with a member of that name it takes `env` for none. */
function checkEnv({ env }: Sketch): Problem[] {
  if (!isJsonObject(env) || !Object.hasOwn(env, 'constructor')) {
    return [];
  }
  const rule = 'must have another name; no expression could compute with env';
  return [
    {
      code: 'schema',
      severity: 'error',
      message: `The definition: env.constructor ${rule}.`,
      pointer: '/env/constructor',
      params: { path: 'env.constructor', rule },
    },
  ];
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
            message: `No start node leads to "${key}": it is left out.`,
            pointer,
            node: key,
            params: { key },
          },
        ],
  );
}
