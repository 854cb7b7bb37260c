/** Expressions in a turn: what they read, and what becomes of the node that they belong to when they fail. */
import type {
  Evaluated,
  Expression,
  ExpressionError,
  References,
} from '../expression/expression.ts';
import type { Scope } from '../expression/scope.ts';
import type { Template } from '../expression/template.ts';
import type { Json } from '../json.ts';
import { hasOutput, scopeOf } from '../scope_of.ts';
import { failAtOnce, type Run } from './run.ts';

/** Something that names what it reads. */
type Reader = { readonly references: References };

/** Reads an expression of a node. Null: nothing is to be done with it now, since outputs have to be loaded, or since the node failed by it. */
export function evaluateOf(
  run: Run,
  node: number,
  reader: Reader,
  read: (scope: Scope) => Evaluated,
): { readonly value: Json } | null {
  const answer = evaluate(run, reader, read);
  if (answer === 'needs') {
    return null;
  }
  if (!answer.ok) {
    failExpression(run, node, answer.error);
    return null;
  }
  return answer;
}

export function evaluate(
  run: Run,
  reader: Reader,
  read: (scope: Scope) => Evaluated,
): Evaluated | 'needs' {
  const scope = scopeFor(run, reader.references);
  return scope === 'needs' ? scope : read(scope);
}

/** The names an expression may use. Outputs of finished tasks that it names but that were not loaded are asked for. */
export function scopeFor(
  { program, state, facts, outputs, needs }: Run,
  references: References,
): Scope | 'needs' {
  let complete = true;

  for (const key of references.tasks) {
    const node = program.index.get(key);
    if (node !== undefined && !outputs.has(node) && hasOutput(program, state, node)) {
      needs.add(node);
      complete = false;
    }
  }
  return complete ? scopeOf(program, state, facts, references) : 'needs';
}

export function failExpression(run: Run, node: number, error: ExpressionError): void {
  failAtOnce(run, {
    node,
    code: 'expression',
    message: `${error.message} (in ${error.expression}, characters ${error.start} to ${error.end})`,
  });
}

export const render =
  (template: Template) =>
  (scope: Scope): Evaluated =>
    template.render(scope);

/** What an expression says is of no use where it stands. */
export function misfit(source: string, message: string): Extract<Evaluated, { ok: false }> {
  return { ok: false, error: { expression: source, message, start: 0, end: source.length } };
}

export const test =
  (condition: Expression) =>
  (scope: Scope): Evaluated => {
    const answer = condition.evaluate(scope);
    return answer.ok && typeof answer.value !== 'boolean'
      ? misfit(condition.source, `a condition must be true or false, not ${describe(answer.value)}`)
      : answer;
  };

export function describe(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
