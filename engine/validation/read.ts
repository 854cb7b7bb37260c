/** Everything in a definition that is an expression or holds some, compiled once, for whatever is checked about it. */
import { compileExpression, type MeteredExpression } from '../expression/expression.ts';
import { compileTemplate, type Placed } from '../expression/template.ts';
import type { Json } from '../json.ts';
import type { Problem } from '../problem.ts';
import { type Place, placesOf } from './places.ts';
import type { Sketch, SketchNode } from './sketch.ts';

/** One expression, `pointer` leading to the text that it stands in, at `offset`. */
export type Found = {
  readonly pointer: string;
  readonly offset: number;
  readonly expression: MeteredExpression;
};

/** A place with what stands there. Null: it cannot be compiled, as `problems` say. */
export type ReadPlace = {
  readonly place: Place;
  readonly problems: readonly Problem[];
  readonly found: readonly Found[];
  readonly compiled:
    | { readonly expression: Found }
    | { readonly template: Json; readonly expressions: readonly Placed[] }
    | null;
};

export type Reading = {
  readonly nodes: ReadonlyMap<SketchNode, readonly ReadPlace[]>;
  /** The output of the workflow. */
  readonly output: ReadPlace | null;
};

export function readPlaces({ nodes, output }: Sketch): Reading {
  return {
    nodes: new Map(nodes.map((node) => [node, placesOf(node).map(read)])),
    output:
      output === undefined
        ? null
        : read({ pointer: '/output', source: { template: output }, names: [], wanted: 'anything' }),
  };
}

function read(place: Place): ReadPlace {
  return 'expression' in place.source
    ? readExpression(place, place.source.expression)
    : readTemplate(place, place.source.template);
}

function readExpression(place: Place, source: string): ReadPlace {
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    const problem = syntaxProblem({ ...compiled.error, offset: 0 }, place.pointer);
    return { place, problems: [problem], found: [], compiled: null };
  }
  const expression = { pointer: place.pointer, offset: 0, expression: compiled.expression };
  return { place, problems: [], found: [expression], compiled: { expression } };
}

function readTemplate(place: Place, template: Json): ReadPlace {
  const compiled = compileTemplate(template);
  if (!compiled.ok) {
    const problems = compiled.errors.map((error) =>
      syntaxProblem(error, place.pointer + error.pointer),
    );
    return { place, problems, found: [], compiled: null };
  }
  const { expressions } = compiled.template;
  const found = expressions.map(({ pointer, offset, expression }) => ({
    pointer: place.pointer + pointer,
    offset,
    expression,
  }));
  return { place, problems: [], found, compiled: { template, expressions } };
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
