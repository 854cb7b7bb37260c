import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../json.ts';
import { refuseLargeContext } from './context_size.ts';
import { environment } from './environment.ts';
import { explain, isUnreadable, pick } from './explain.ts';
import { MAX_SOURCE } from './limits.ts';
import { startMeter } from './meter.ts';
import { instrument } from './instrument.ts';
import type { LocalName, Scope } from './scope.ts';
import { readSyntax } from './syntax.ts';
import { toJson } from './value.ts';

/** `start` and `end` are character positions in `expression`. */
export type ExpressionError = { expression: string; message: string; start: number; end: number };

/** The names an expression uses. `tasks` are the keys of nodes; there is no other way to reach a task, so the list is complete. */
export type References = {
  input: boolean;
  context: boolean;
  env: boolean;
  tasks: readonly string[];
  /** Names that are known only in some places. */
  local: readonly LocalName[];
};

/** What several expressions use together. */
export function joinReferences(all: readonly References[]): References {
  return {
    input: all.some(({ input }) => input),
    context: all.some(({ context }) => context),
    env: all.some(({ env }) => env),
    tasks: [...new Set(all.flatMap(({ tasks }) => tasks))],
    local: [...new Set(all.flatMap(({ local }) => local))],
  };
}

export type Evaluated = { ok: true; value: Json } | { ok: false; error: ExpressionError };

export type Expression = {
  source: string;
  references: References;
  evaluate(scope: Scope): Evaluated;
};

/** An expression as templates use it: many share the steps of one rendering. */
export type MeteredExpression = Expression & {
  /** For checks before it runs. */
  syntax: ASTNode;
  /** Call startMeter first. */
  evaluateMetered(scope: Scope): Evaluated;
};

/**
 * Parses and checks an expression once, to be evaluated often (a condition takes about a microsecond). Never throws.
 *
 * @param names all that it may read; default: the names of a definition
 */
export function compileExpression(
  source: string,
  names?: readonly string[],
): { ok: true; expression: MeteredExpression } | { ok: false; error: ExpressionError } {
  const refuse = (message: string, start = 0, end = source.length) =>
    ({ ok: false, error: { expression: source, message, start, end } }) as const;

  if (source.length > MAX_SOURCE) {
    return refuse(`the expression has more than ${MAX_SOURCE} characters`);
  }
  if (source.trim() === '') {
    return refuse('the expression is empty');
  }

  try {
    const run = environment.parse(source);
    const { references, refusal, isPath } = readSyntax(run.ast, names);
    if (refusal) {
      return refuse(refusal.message, refusal.start, refusal.end);
    }

    const { error } = run.check();
    if (error) {
      return { ok: false, error: explain(source, error, { names }) };
    }
    instrument(run.ast);

    const evaluateMetered = (scope: Scope): Evaluated => {
      try {
        if (references.context) {
          refuseLargeContext(scope.context);
        }
        const value: unknown = run(scope);
        return { ok: true, value: isPath ? (value as Json) : toJson(value) };
      } catch (thrown) {
        const picked = isPath && isUnreadable(thrown) ? pick(run.ast, scope) : undefined;
        return picked === undefined
          ? { ok: false, error: explain(source, thrown, { scope }) }
          : { ok: true, value: picked as Json };
      }
    };

    return {
      ok: true,
      expression: {
        source,
        references,
        syntax: run.ast,
        evaluateMetered,
        evaluate(scope) {
          startMeter();
          return evaluateMetered(scope);
        },
      },
    };
  } catch (thrown) {
    return { ok: false, error: explain(source, thrown, { names }) };
  }
}
