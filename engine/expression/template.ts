import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { step } from '../pointer.ts';
import {
  compileExpression,
  type Evaluated,
  type ExpressionError,
  joinReferences,
  type MeteredExpression,
  type References,
} from './expression.ts';
import { explain } from './explain.ts';
import { MAX_TEMPLATE_DEPTH, MAX_TEMPLATE_EXPRESSIONS } from './limits.ts';
import { startMeter } from './meter.ts';
import type { Scope } from './scope.ts';
import { type Piece, splitText } from './text.ts';
import { toText } from './value.ts';

/** `pointer` leads to the text in the template, `offset` is where in that text the expression begins. */
export type TemplateError = ExpressionError & { pointer: string; offset: number };

/** An expression of a template: `pointer` leads to its text, in which it begins at `offset`. */
export type Placed = {
  readonly pointer: string;
  readonly offset: number;
  /** There is nothing else in the text, which becomes its value. */
  readonly whole: boolean;
  readonly expression: MeteredExpression;
};

export type Template = {
  references: References;
  expressions: readonly Placed[];
  /** There is nothing to render: `render` returns the same value every time, not a copy. */
  constant: boolean;
  render(scope: Scope): Evaluated;
};

/** Renders a part of a template. @throws RenderError */
type Render = (scope: Scope) => Json;

/** A part of a compiled template: a value that never changes, or a way to make one. */
type Part = { readonly value: Json } | { readonly render: Render };

type Compilation = {
  readonly errors: TemplateError[];
  readonly expressions: Placed[];
  readonly names: readonly string[] | undefined;
};

class RenderError extends Error {
  readonly error: TemplateError;

  constructor(error: TemplateError) {
    super(error.message);
    this.error = error;
  }
}

/** Compiles every expression of a template and reports every one that is wrong; `names` as in `compileExpression`. Never throws. */
export function compileTemplate(
  template: Json,
  names?: readonly string[],
): { ok: true; template: Template } | { ok: false; errors: TemplateError[] } {
  const compilation: Compilation = { errors: [], expressions: [], names };
  const part = compilePart(compilation, template, '', 0);

  if (compilation.errors.length > 0) {
    return { ok: false, errors: compilation.errors };
  }

  const { expressions } = compilation;
  const common = {
    references: joinReferences(expressions.map(({ expression }) => expression.references)),
    expressions,
  };
  return {
    ok: true,
    template:
      'value' in part
        ? { ...common, constant: true, render: () => ({ ok: true, value: part.value }) }
        : { ...common, constant: false, render: (scope) => renderWhole(part.render, scope) },
  };
}

function renderWhole(render: Render, scope: Scope): Evaluated {
  startMeter();
  try {
    return { ok: true, value: render(scope) };
  } catch (thrown) {
    return {
      ok: false,
      error: thrown instanceof RenderError ? thrown.error : explain('', thrown),
    };
  }
}

function compilePart(
  compilation: Compilation,
  template: Json,
  pointer: string,
  depth: number,
): Part {
  if (depth > MAX_TEMPLATE_DEPTH) {
    complain(compilation, pointer, `the template nests deeper than ${MAX_TEMPLATE_DEPTH} levels`);
    return { value: null };
  }
  if (typeof template === 'string') {
    return compileText(compilation, template, pointer);
  }
  if (Array.isArray(template)) {
    return compileList(compilation, template as readonly Json[], pointer, depth);
  }
  return isJsonObject(template)
    ? compileObject(compilation, template, pointer, depth)
    : { value: template };
}

function compileList(
  compilation: Compilation,
  template: readonly Json[],
  pointer: string,
  depth: number,
): Part {
  const parts = template.map((element, index) =>
    compilePart(compilation, element, pointer + step(index), depth + 1),
  );
  const values = constantsOf(parts);

  return values
    ? { value: values.every((value, index) => value === template[index]) ? template : values }
    : { render: (scope) => parts.map((part) => renderPart(part, scope)) };
}

function compileObject(
  compilation: Compilation,
  template: JsonObject,
  pointer: string,
  depth: number,
): Part {
  const keys = Object.keys(template);
  const parts = keys.map((key) =>
    compilePart(compilation, template[key] ?? null, pointer + step(key), depth + 1),
  );
  const values = constantsOf(parts);
  const assemble = (members: readonly Json[]): JsonObject =>
    Object.fromEntries(keys.map((key, index) => [key, members[index] ?? null]));

  if (values) {
    const same = keys.every((key, index) => values[index] === template[key]);
    return { value: same ? template : assemble(values) };
  }
  return { render: (scope) => assemble(parts.map((part) => renderPart(part, scope))) };
}

/** The values of parts that are all constant; null if one of them is not. */
function constantsOf(parts: readonly Part[]): readonly Json[] | null {
  return parts.every((part) => 'value' in part) ? parts.map((part) => part.value) : null;
}

function compileText(compilation: Compilation, text: string, pointer: string): Part {
  const split = splitText(text);
  if (!split.ok) {
    const { message, start, end } = split;
    compilation.errors.push({ expression: text, message, start, end, pointer, offset: 0 });
    return { value: null };
  }

  const whole = split.pieces.length === 1;
  const [first, ...others] = split.pieces.map((piece) =>
    compilePiece(compilation, piece, pointer, whole),
  );
  if (first === undefined || others.length === 0) {
    return first ?? { value: '' };
  }
  const parts = [first, ...others];
  return { render: (scope) => parts.map((part) => toText(renderPart(part, scope))).join('') };
}

function compilePiece(
  compilation: Compilation,
  piece: Piece,
  pointer: string,
  whole: boolean,
): Part {
  if ('text' in piece) {
    return { value: piece.text };
  }
  if (compilation.expressions.length >= MAX_TEMPLATE_EXPRESSIONS) {
    complain(
      compilation,
      pointer,
      `a template holds at most ${MAX_TEMPLATE_EXPRESSIONS} expressions`,
    );
    return { value: null };
  }

  const compiled = compileExpression(piece.expression, compilation.names);
  if (!compiled.ok) {
    compilation.errors.push({ ...compiled.error, pointer, offset: piece.offset });
    return { value: null };
  }

  const { expression } = compiled;
  compilation.expressions.push({ pointer, offset: piece.offset, whole, expression });
  return { render: (scope) => evaluate(expression, scope, pointer, piece.offset) };
}

function evaluate(
  expression: MeteredExpression,
  scope: Scope,
  pointer: string,
  offset: number,
): Json {
  const evaluated = expression.evaluateMetered(scope);
  if (!evaluated.ok) {
    throw new RenderError({ ...evaluated.error, pointer, offset });
  }
  return evaluated.value;
}

function renderPart(part: Part, scope: Scope): Json {
  return 'value' in part ? part.value : part.render(scope);
}

function complain(compilation: Compilation, pointer: string, message: string): void {
  compilation.errors.push({ expression: '', message, start: 0, end: 0, pointer, offset: 0 });
}
