/**
 * Trying an expression: on a scope that the caller makes up, or on that of an instance as it is now. It runs within the same limits as
 * in the engine, and what is wrong with it is an answer, not a refusal.
 */
import * as z from 'zod';
import {
  compileExpression,
  type Evaluated,
  type ExpressionError,
  type References,
} from '#engine/expression/expression.ts';
import { stepsTaken } from '#engine/expression/meter.ts';
import type { Scope } from '#engine/expression/scope.ts';
import { compileTemplate, type TemplateError } from '#engine/expression/template.ts';
import { json, type Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { madeUpScope, scope, scopeOfInstance } from './scope.ts';

export const evaluateExpressionInput = z
  .strictObject({
    expression: z.string().optional(),
    template: json.optional().meta({ description: 'JSON whose texts may hold {{ expressions }}' }),
    scope: scope
      .optional()
      .meta({ description: 'what the names stand for; what is absent is empty' }),
    instanceId: z
      .string()
      .optional()
      .meta({ description: 'instead of `scope`: an instance, as it is now' }),
  })
  .refine((input) => (input.expression === undefined) !== (input.template === undefined), {
    message: 'give either expression or template',
    path: ['expression'],
  })
  .refine((input) => input.scope === undefined || input.instanceId === undefined, {
    message: 'give either scope or instanceId',
    path: ['instanceId'],
  });

export type EvaluateExpressionInput = z.output<typeof evaluateExpressionInput>;

const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;

const expressionError = z
  .object({
    message: z.string(),
    expression: z.string(),
    start: z.int().meta({ description: 'place in the expression, in characters from 0' }),
    end: z.int(),
    line: z.int().meta({ description: 'of start, from 1' }),
    column: z.int().meta({ description: 'of start, from 1' }),
    pointer: z
      .string()
      .optional()
      .meta({ description: 'in a template: JSON Pointer to the text that holds the expression' }),
    offset: z
      .int()
      .optional()
      .meta({ description: 'in a template: where in that text the expression begins' }),
  })
  .meta({ id: 'ExpressionError', description: 'What is wrong with an expression, and where.' });

export const evaluatedExpression = z
  .discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      value: json,
      type: z.enum(TYPES),
      steps: z.int().meta({ description: 'what it cost; 1,000,000 are the limit' }),
    }),
    z.object({
      ok: z.literal(false),
      error: expressionError.meta({ description: 'the first one' }),
    }),
  ])
  .meta({ id: 'EvaluatedExpression' });

export type EvaluatedExpression = z.output<typeof evaluatedExpression>;

export async function evaluateExpression(
  ctx: Context,
  input: EvaluateExpressionInput,
): Promise<EvaluatedExpression | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const compiled = compile(input);
  const names =
    input.instanceId === undefined
      ? madeUpScope(input.scope ?? {})
      : await scopeOfInstance(ctx, input.instanceId, compiled.ok ? compiled.references.tasks : []);
  if (isRefusal(names)) {
    return names;
  }
  const evaluated = compiled.ok ? compiled.run(names) : compiled;

  return evaluated.ok
    ? {
        ok: true,
        value: evaluated.value,
        type: typeOf(evaluated.value),
        steps: stepsTaken(),
      }
    : { ok: false, error: located(evaluated.error) };
}

type Compiled =
  | { ok: true; references: References; run: (scope: Scope) => Evaluated }
  | { ok: false; error: ExpressionError | TemplateError };

function compile({ expression, template }: EvaluateExpressionInput): Compiled {
  if (expression !== undefined) {
    const compiled = compileExpression(expression);
    return compiled.ok
      ? {
          ok: true,
          references: compiled.expression.references,
          run: (names) => compiled.expression.evaluate(names),
        }
      : compiled;
  }
  const compiled = compileTemplate(template ?? null);
  if (compiled.ok) {
    const { references } = compiled.template;
    return { ok: true, references, run: (names) => compiled.template.render(names) };
  }
  const [error = { expression: '', message: 'the template cannot be read', start: 0, end: 0 }] =
    compiled.errors;
  return { ok: false, error };
}

function typeOf(value: Json): (typeof TYPES)[number] {
  if (typeof value === 'object') {
    return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object';
  }
  return typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'boolean';
}

function located(error: ExpressionError | TemplateError) {
  const { message, expression, start, end } = error;
  const before = expression.slice(0, start).split('\n');

  return {
    message,
    expression,
    start,
    end,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    ...('pointer' in error ? { pointer: error.pointer, offset: error.offset } : {}),
  };
}
