/** Says in plain words what is wrong with an expression, and what to write instead. */
import {
  type ASTNode,
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import { environment, MISSING } from './environment.ts';
import type { ExpressionError } from './expression.ts';
import { type Scope, VARIABLES } from './scope.ts';
import { isMember, memberName } from './syntax.ts';
import { Stopped } from './meter.ts';

type CelError = ParseError | CelTypeError | EvaluationError;

export function explain(expression: string, error: unknown, scope?: Scope): ExpressionError {
  const whole = { expression, start: 0, end: expression.length };

  if (error instanceof Stopped) {
    return { ...whole, message: error.message };
  }
  if (!isCelError(error)) {
    return { ...whole, message: `the expression cannot be computed: ${String(error)}` };
  }

  const start = error.range?.start ?? 0;
  const end = Math.max(error.range?.end ?? expression.length, start);
  return { expression, message: messageOf(expression, error, scope), start, end };
}

function isCelError(error: unknown): error is CelError {
  return (
    error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError
  );
}

function messageOf(expression: string, error: CelError, scope: Scope | undefined): string {
  const { code, summary } = error;
  const node = error.node as ASTNode | undefined;

  if (MISSING.has(code) && node && isMember(node)) {
    return missing(expression, node, scope);
  }

  switch (code) {
    case 'unknown_variable':
      return unknownVariable(summary.slice(summary.indexOf(':') + 2));
    case 'no_such_overload':
      return badOperands(summary);
    case 'no_matching_overload':
      return badCall(summary);
    case 'incompatible_ternary_branches':
      return `the two results of ? : must have one type; put one of them into dyn(…): ${inWords(summary.slice(summary.indexOf('got')))}`;
    case 'invalid_logical_operand':
      return `&& and || need true or false, ${inWords(summary.slice(summary.indexOf('got')))}; compare it with something`;
    case 'limit_exceeded':
      return 'the expression is too long or nests too deeply; let a task do the work';
    case 'unsupported_type':
      return 'an object that has a member named "constructor" cannot be read by an expression';
    default:
      return summary
        .replace('Unexpected token: EOF', 'something is missing at the end')
        .replace('got EOF', 'but the expression ends');
  }
}

function missing(expression: string, node: ASTNode, scope: Scope | undefined): string {
  if (!isMember(node)) {
    return 'there is nothing at this place';
  }
  const [left] = node.args;
  const owner = expression.slice(left.start, left.end);
  const path = expression.slice(node.start, node.end);
  const name = memberName(node);
  const found = scope ? read(left, scope) : undefined;

  const what = name === null ? `${path} is not there` : `"${name}" is not in ${owner}`;
  const test = node.op === '.' && isDotted(left) ? `Test it with has(${path}), or give` : 'Give';

  return `${what}${describe(found)}. ${test} a value for that case: default(${path}, …)`;
}

function describe(owner: unknown): string {
  if (owner === null) {
    return ', which is null';
  }
  if (Array.isArray(owner)) {
    return `: the list has ${owner.length} ${owner.length === 1 ? 'element' : 'elements'}`;
  }
  if (typeof owner !== 'object') {
    return owner === undefined ? '' : `, which is ${inWords(typeof owner)}`;
  }
  const names = Object.keys(owner);
  if (names.length === 0) {
    return ', which is empty';
  }
  return `, which has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}

/** The value of a path, for the message only. */
function read(node: ASTNode, scope: Scope): unknown {
  if (node.op === 'id') {
    return Object.hasOwn(scope, node.args) ? scope[node.args as keyof Scope] : undefined;
  }
  if (node.op !== '.' && node.op !== '[]') {
    return undefined;
  }
  const owner = read(node.args[0], scope);
  const name = memberName(node);
  return name !== null && typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name)
    ? (owner as Record<string, unknown>)[name]
    : undefined;
}

function isDotted(node: ASTNode): boolean {
  return node.op === 'id' || (node.op === '.' && isDotted(node.args[0]));
}

function unknownVariable(name: string): string {
  return name === 'item' || name === 'index'
    ? `${name} is known only in the input of a fan-out`
    : `"${name}" is not known here; an expression may read ${VARIABLES.map((variable) => variable.name).join(', ')}`;
}

/** `no such overload: dyn<double> + string` */
function badOperands(summary: string): string {
  const operands = summary.slice(summary.indexOf(':') + 2);
  const [, left, operator, right] = /^(.+) (\S+) (.+)$/.exec(operands) ?? [];

  if (left === undefined || operator === undefined || right === undefined) {
    return `this does not work: ${inWords(operands)}`;
  }
  const advice =
    operator === '+' && [left, right].some((type) => type.includes('string'))
      ? '; turn the other one into text with string(…)'
      : '';
  return `${operator} does not work on ${inWords(left)} and ${inWords(right)}${advice}`;
}

const SIGNATURES = new Map<string, string[]>();
for (const { name, signature } of environment.getDefinitions().functions) {
  SIGNATURES.set(name, [...(SIGNATURES.get(name) ?? []), signature]);
}

/** `found no matching overload for 'string.foo(int, dyn<double>)'` */
function badCall(summary: string): string {
  const call = summary.slice(summary.indexOf("'") + 1, -1);
  const name = /([A-Za-z_]\w*)\(/.exec(call)?.[1] ?? call;
  const signatures = SIGNATURES.get(name);

  return signatures
    ? `${inWords(call)} does not exist; there is ${signatures.slice(0, 4).map(inWords).join(', ')}`
    : `there is no function "${name}"`;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/dyn<(.+?)>(?!>)/g, '$1'],
  [/'/g, ''],
  [/\b(double|int|uint|bigint)\b/g, 'number'],
  [/\b(list|map)<[^()]*?>+/g, '$1'],
  [/\bmap\b/g, 'object'],
  [/\bstring\b/g, 'text'],
  [/\b(bool|boolean)\b/g, 'true or false'],
  [/\bdyn\b/g, 'any value'],
];

function inWords(types: string): string {
  return WORDS.reduce((text, [pattern, word]) => text.replace(pattern, word), types);
}
