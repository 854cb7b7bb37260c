/** What can be wrong with what the nodes say: works that do not exist, expressions that cannot be computed. */
import { nearest } from '../expression/nearest.ts';
import { type LocalName, SEGMENT_NAMES, STARTER_NAMES } from '../expression/scope.ts';
import type { Problem } from '../problem.ts';
import { type Ancestors, ancestorsOf, components, type Graph, makeGraph } from './graph.ts';
import type { Known } from './known.ts';
import { type Found, type Reading, readPlaces, type ReadPlace } from './read.ts';
import { type Sketch, type SketchNode, text } from './sketch.ts';
import { checkTypes } from './types.ts';

type Order = { readonly graph: Graph; readonly ancestors: Ancestors };

export function checkMeaning(sketch: Sketch, { works, outputSchemas }: Known): Problem[] {
  const order = orderOf(sketch);
  const reading = readPlaces(sketch);
  const typed = checkTypes(sketch, reading, outputSchemas ?? new Map());
  const problems = [
    ...sketch.nodes.flatMap((node) => [
      ...checkWork(node, works),
      ...checkNode(sketch, order, node, reading.nodes.get(node) ?? []),
    ]),
    ...checkOutput(sketch, reading),
    ...typed,
  ];

  // What a disabled node says is not read by anyone until it is enabled again.
  return problems.map((problem) =>
    problem.node !== undefined && sketch.byKey.get(problem.node)?.disabled
      ? { ...problem, severity: 'warning' }
      : problem,
  );
}

/** What certainly comes before what. A node that always runs waits for nothing, so no edge into it orders anything. */
function orderOf({ byKey, edges }: Sketch): Order {
  const graph = makeGraph(
    [...byKey.keys()],
    edges.filter(({ to }) => byKey.get(to)?.trigger !== 'always'),
  );
  return { graph, ancestors: ancestorsOf(graph, components(graph)) };
}

function checkWork(
  { key, pointer, fields }: SketchNode,
  works: ReadonlySet<string> | null,
): Problem[] {
  const work = text(fields['work']);
  return work === null || works === null || works.has(work)
    ? []
    : [
        {
          code: 'unknown_work',
          severity: 'error',
          message: `Node "${key}" runs the work "${work}", which does not exist.`,
          pointer: `${pointer}/work`,
          node: key,
          params: { key, work },
        },
      ];
}

function checkNode(
  sketch: Sketch,
  order: Order,
  node: SketchNode,
  places: readonly ReadPlace[],
): Problem[] {
  return places.flatMap(({ place, problems, found }) =>
    [
      ...problems,
      ...found.flatMap((one) => [
        ...checkNames(one, place.names),
        ...checkTasks(sketch, order, node, one),
      ]),
    ].map((problem) => ({ ...problem, node: node.key })),
  );
}

function checkOutput({ byKey }: Sketch, { output }: Reading): Problem[] {
  if (output === null) {
    return [];
  }
  const reader = 'The output of the workflow';

  return [
    ...output.problems,
    ...output.found.flatMap((one) => [
      ...checkNames(one, []),
      ...one.expression.references.tasks.flatMap((task) => {
        const target = byKey.get(task);
        if (target === undefined) {
          return [unknownTask(reader, task, one.pointer, byKey)];
        }
        return target.disabled ? [disabledTask(reader, task, one.pointer)] : [];
      }),
    ]),
  ];
}

/** Names that are known only in some places, none of which this is. */
function checkNames({ expression, pointer }: Found, known: readonly LocalName[]): Problem[] {
  const unknown = expression.references.local.filter((name) => !known.includes(name));
  const requests = unknown.filter((name) => !SEGMENTS.has(name) && !STARTERS.has(name));

  return [
    ...unknown
      .filter((name) => STARTERS.has(name))
      .map((name): Problem => ({
        code: 'unknown_reference',
        severity: 'error',
        message: `${name} is known only in a ${name === 'schedule' ? 'schedule' : 'trigger'}, which can hand it on in the input.`,
        pointer,
        params: { name },
      })),
    ...(unknown.some((name) => SEGMENTS.has(name))
      ? [
          {
            code: 'unknown_reference',
            severity: 'error',
            message: 'item and index are known only in the input of a fan-out.',
            pointer,
            params: { name: 'item' },
          } as const,
        ]
      : []),
    ...requests.map((name): Problem => ({
      code: 'unknown_reference',
      severity: 'error',
      message: known.includes('attempt')
        ? `${name} is not known before the service has answered.`
        : `${name} is known only in an http node.`,
      pointer,
      params: { name },
    })),
  ];
}

const SEGMENTS: ReadonlySet<LocalName> = new Set(SEGMENT_NAMES);
const STARTERS: ReadonlySet<LocalName> = new Set(STARTER_NAMES);

function checkTasks(
  { byKey }: Sketch,
  { graph, ancestors }: Order,
  node: SketchNode,
  { expression, pointer }: Found,
): Problem[] {
  const reader = `Node "${node.key}"`;
  const position = graph.index.get(node.key);

  return expression.references.tasks.flatMap((task): Problem[] => {
    const target = byKey.get(task);
    const targetPosition = graph.index.get(task);

    if (target === undefined || targetPosition === undefined || position === undefined) {
      return [unknownTask(reader, task, pointer, byKey)];
    }
    if (!ancestors.has(position, targetPosition)) {
      const why =
        node.trigger === 'always'
          ? `"${node.key}" waits for nothing`
          : `no way leads from "${task}" to "${node.key}"`;
      return [
        {
          code: 'reference_not_upstream',
          severity: 'error',
          message: `${reader} reads tasks.${task}, which cannot have run yet: ${why}.`,
          pointer,
          params: { key: node.key, task },
        },
      ];
    }
    return target.disabled ? [disabledTask(reader, task, pointer)] : [];
  });
}

function unknownTask(
  reader: string,
  task: string,
  pointer: string,
  byKey: Sketch['byKey'],
): Problem {
  const near = nearest(task, byKey.keys());
  return {
    code: 'unknown_reference',
    severity: 'error',
    message: `${reader} reads tasks.${task}, but there is no node "${task}"${near === null ? '' : ` (did you mean "${near}"?)`}.`,
    pointer,
    params: { task },
  };
}

function disabledTask(reader: string, task: string, pointer: string): Problem {
  return {
    code: 'reference_not_upstream',
    severity: 'warning',
    message: `${reader} reads tasks.${task}, which is disabled and will not be there.`,
    pointer,
    params: { task },
  };
}
