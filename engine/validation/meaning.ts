/** What can be wrong with what the nodes say: works that do not exist, expressions that cannot be computed. */
import { compileExpression, type References } from '../expression/expression.ts';
import { type LocalName, SEGMENT_NAMES } from '../expression/scope.ts';
import { nearest } from '../expression/nearest.ts';
import { compileTemplate } from '../expression/template.ts';
import type { Json } from '../json.ts';
import type { Problem } from '../problem.ts';
import { type Ancestors, ancestorsOf, components, type Graph, makeGraph } from './graph.ts';
import { placesOf, type Source } from './places.ts';
import { type Sketch, type SketchNode, text } from './sketch.ts';

type Order = { readonly graph: Graph; readonly ancestors: Ancestors };

/** One expression at its place in the definition. */
type Found = {
  readonly pointer: string;
  readonly references: References;
};

export function checkMeaning(sketch: Sketch, works: ReadonlySet<string> | null): Problem[] {
  const order = orderOf(sketch);

  return [
    ...sketch.nodes.flatMap((node) => {
      const problems = [...checkWork(node, works), ...checkNode(sketch, order, node)];
      // What a disabled node says is not read by anyone until it is enabled again.
      return node.disabled
        ? problems.map((problem) => ({ ...problem, severity: 'warning' as const }))
        : problems;
    }),
    ...checkOutput(sketch),
  ];
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

function checkNode(sketch: Sketch, order: Order, node: SketchNode): Problem[] {
  return placesOf(node).flatMap(({ source, pointer, names }) => {
    const { problems, found } = read(source, pointer);

    return [
      ...problems.map((problem) => ({ ...problem, node: node.key })),
      ...found.flatMap((one) => [
        ...checkNames(one, names).map((problem) => ({ ...problem, node: node.key })),
        ...checkTasks(sketch, order, node, one),
      ]),
    ];
  });
}

function checkOutput({ output, byKey }: Sketch): Problem[] {
  if (output === undefined) {
    return [];
  }
  const { problems, found } = readTemplate(output, '/output');

  return [
    ...problems,
    ...found.flatMap((one) => [
      ...checkNames(one, []),
      ...one.references.tasks
        .filter((task) => !byKey.has(task))
        .map((task) => unknownTask('The output of the workflow', task, one.pointer, byKey)),
      ...one.references.tasks
        .filter((task) => byKey.get(task)?.disabled)
        .map((task) => disabledTask('The output of the workflow', task, one.pointer)),
    ]),
  ];
}

type Read = { readonly problems: readonly Problem[]; readonly found: readonly Found[] };

function read(source: Source, pointer: string): Read {
  return 'expression' in source
    ? readExpression(source.expression, pointer)
    : readTemplate(source.template, pointer);
}

function readExpression(source: string, pointer: string): Read {
  const compiled = compileExpression(source);
  return compiled.ok
    ? { problems: [], found: [{ pointer, references: compiled.expression.references }] }
    : { problems: [syntaxProblem({ ...compiled.error, offset: 0 }, pointer)], found: [] };
}

function readTemplate(template: Json, pointer: string): Read {
  const compiled = compileTemplate(template);
  return compiled.ok
    ? {
        problems: [],
        found: compiled.template.expressions.map((one) => ({
          pointer: pointer + one.pointer,
          references: one.references,
        })),
      }
    : {
        problems: compiled.errors.map((error) => syntaxProblem(error, pointer + error.pointer)),
        found: [],
      };
}

function syntaxProblem(
  error: {
    readonly expression: string;
    readonly message: string;
    readonly start: number;
    readonly end: number;
    readonly offset: number;
  },
  pointer: string,
): Problem {
  const { expression, message, start, end, offset } = error;
  return {
    code: 'expression_syntax',
    severity: 'error',
    message: `In the expression ${expression}: ${message}.`,
    pointer,
    params: { expression, message, start, end, offset },
  };
}

/** Names that are known only in some places, none of which this is. */
function checkNames({ references, pointer }: Found, known: readonly LocalName[]): Problem[] {
  const unknown = references.local.filter((name) => !known.includes(name));
  const requests = unknown.filter((name) => !SEGMENTS.has(name));

  return [
    ...(requests.length < unknown.length
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

function checkTasks(
  { byKey }: Sketch,
  { graph, ancestors }: Order,
  node: SketchNode,
  { references, pointer }: Found,
): Problem[] {
  const reader = `Node "${node.key}"`;
  const position = graph.index.get(node.key);

  return references.tasks.flatMap((task): Problem[] => {
    const target = byKey.get(task);
    const targetPosition = graph.index.get(task);

    if (target === undefined || targetPosition === undefined || position === undefined) {
      return [{ ...unknownTask(reader, task, pointer, byKey), node: node.key }];
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
          node: node.key,
          params: { key: node.key, task },
        },
      ];
    }
    return target.disabled ? [{ ...disabledTask(reader, task, pointer), node: node.key }] : [];
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
