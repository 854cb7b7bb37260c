/** Says in plain words what is wrong with an expression, and what to write instead. */
import {
  type ASTNode,
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import { environment, MISSING } from './environment.ts';
import type { ExpressionError } from './expression.ts';
import { nearest, unknownName } from './nearest.ts';
import {
  REQUEST_NAMES,
  SCHEDULE_NAMES,
  type Scope,
  SEGMENT_NAMES,
  STARTER_NAMES,
  TRIGGER_NAMES,
  VARIABLES,
} from './scope.ts';
import { type Access, isMember, memberName } from './syntax.ts';
import { Stopped } from './meter.ts';

const UNREADABLE =
  'an object that has a member named "constructor" cannot be read by an expression';

type CelError = ParseError | CelTypeError | EvaluationError;

type Known = {
  readonly scope?: Scope | undefined;
  /** What there is to read; default: the names of a definition. */
  readonly names?: readonly string[] | undefined;
};

export function explain(expression: string, error: unknown, known: Known = {}): ExpressionError {
  const whole = { expression, start: 0, end: expression.length };

  if (error instanceof Stopped) {
    return { ...whole, message: error.message };
  }
  if (isUnreadable(error)) {
    return { ...whole, message: UNREADABLE };
  }
  if (!isCelError(error)) {
    return { ...whole, message: `the expression cannot be computed: ${String(error)}` };
  }

  const braces = error instanceof ParseError ? findBraces(expression) : null;
  if (braces !== null) {
    const message = 'an expression is written without braces here; remove {{ and }}';
    return { expression, message, ...braces };
  }

  const start = error.range?.start ?? 0;
  const end = Math.max(error.range?.end ?? expression.length, start);
  return { expression, message: messageOf(expression, error, known), start, end };
}

/** Whether it met an object with a member named `constructor`, by which cel-js tells objects. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof EvaluationError
    ? error.code === 'unsupported_type'
    : // Where that member is null, cel-js stumbles over it before it can say so.
      error instanceof TypeError && /\bname\b/.test(error.message);
}

function isCelError(error: unknown): error is CelError {
  return (
    error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError
  );
}

const TEXTS_AND_BRACES = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\{\{|\}\}/g;

/** Where somebody wrote an expression as in a template; null: nowhere. The language itself has no use for `{{`: keys are texts. */
function findBraces(expression: string): { readonly start: number; readonly end: number } | null {
  const found = [...expression.matchAll(TEXTS_AND_BRACES)];
  const open = found.findIndex(([token]) => token === '{{');
  if (open === -1) {
    return null;
  }
  const close = found.slice(open).find(([token]) => token === '}}');
  const start = found[open]?.index ?? 0;
  return { start, end: (close?.index ?? start) + 2 };
}

function messageOf(expression: string, error: CelError, { scope, names }: Known): string {
  const { code, summary } = error;
  const node = error.node as ASTNode | undefined;

  if (MISSING.has(code) && node && isMember(node)) {
    return missing(expression, node, scope);
  }

  switch (code) {
    case 'unknown_variable':
      return unknownVariable(afterColon(summary), names);
    case 'no_such_overload':
      return badOperands(afterColon(summary));
    case 'no_matching_overload':
      return badCall(summary);
    case 'incompatible_ternary_branches':
      return `the two results of ? : must have one type; put one of them into dyn(…): ${got(summary)}`;
    case 'invalid_logical_operand':
      return `&& and || need true or false, ${got(summary)}; compare it with something`;
    case 'invalid_condition_type':
      return `a condition must be true or false, ${got(summary)}; compare it with something`;
    case 'invalid_macro_argument':
      return summary.startsWith('has')
        ? 'has(…) takes names joined by dots, as in has(input.a.b)'
        : summary;
    case 'limit_exceeded':
      return 'the expression is too long or nests too deeply; let a task do the work';
    default:
      return inTokens(summary);
  }
}

function afterColon(summary: string): string {
  return summary.slice(summary.indexOf(':') + 2);
}

function got(summary: string): string {
  return inWords(summary.slice(summary.indexOf('got')));
}

function inTokens(summary: string): string {
  return summary
    .replace('Unexpected token: EOF', 'something is missing at the end')
    .replace('got EOF', 'but the expression ends')
    .replace(
      /^Expected IDENTIFIER, got \w+$/,
      'a name must follow the dot; one that is a word of the language goes into brackets: tasks["in"]',
    );
}

function missing(expression: string, node: Access, scope: Scope | undefined): string {
  const [left] = node.args;
  const owner = expression.slice(left.start, left.end);
  const path = expression.slice(node.start, node.end);
  const name = memberName(node);
  const found = scope ? describe(pick(left, scope)) : '';

  const what =
    name === null
      ? `${path} is not there${found && `: ${owner} ${found}`}`
      : `"${name}" is not in ${owner}${found && `, which ${found}`}`;
  const test = node.op === '.' && isDotted(left) ? `Test it with has(${path}), or give` : 'Give';

  return `${what}. ${test} a value for that case: default(${path}, …)`;
}

function describe(owner: unknown): string {
  if (owner === undefined) {
    return '';
  }
  if (Array.isArray(owner)) {
    return `has ${owner.length} ${owner.length === 1 ? 'element' : 'elements'}`;
  }
  if (typeof owner !== 'object' || owner === null) {
    return `is ${inWords(owner === null ? 'null' : typeof owner)}`;
  }
  const names = Object.keys(owner);
  return names.length === 0
    ? 'is empty'
    : `has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}

/** The value of a path of names; undefined where there is none. */
export function pick(node: ASTNode, scope: Scope): unknown {
  if (node.op === 'id') {
    return Object.hasOwn(scope, node.args) ? scope[node.args as keyof Scope] : undefined;
  }
  if (node.op !== '.' && node.op !== '[]') {
    return undefined;
  }
  const owner = pick(node.args[0], scope);
  const name = memberName(node);
  return name !== null && isObject(owner) && Object.hasOwn(owner, name)
    ? (owner as Record<string, unknown>)[name]
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDotted(node: ASTNode): boolean {
  return node.op === 'id' || (node.op === '.' && isDotted(node.args[0]));
}

function unknownVariable(name: string, names: readonly string[] | undefined): string {
  if (names !== undefined) {
    return unknownName(name, names);
  }
  if (SEGMENTS.has(name)) {
    return `${name} is known only in the input of a fan-out`;
  }
  if (REQUESTS.has(name)) {
    return `${name} is known only in an http node, once there is one`;
  }
  if (SCHEDULES.has(name)) {
    return `${name} is known only in a schedule`;
  }
  if (TRIGGERS.has(name)) {
    return `${name} is known only in a trigger`;
  }
  const near = nearest(name, NAMES);
  return near === null
    ? `"${name}" is not known here; an expression may read ${GENERAL_NAMES.join(', ')}`
    : `"${name}" is not known here (did you mean ${near}?)`;
}

const SEGMENTS: ReadonlySet<string> = new Set(SEGMENT_NAMES);
const REQUESTS: ReadonlySet<string> = new Set(REQUEST_NAMES);
const SCHEDULES: ReadonlySet<string> = new Set(SCHEDULE_NAMES);
const TRIGGERS: ReadonlySet<string> = new Set(TRIGGER_NAMES);
const STARTERS: ReadonlySet<string> = new Set(STARTER_NAMES);
const NAMES = VARIABLES.map(({ name }) => name).filter((name) => !STARTERS.has(name));
const GENERAL_NAMES = NAMES.filter((name) => !REQUESTS.has(name));

/** `dyn<double> + string`, or `!string` */
function badOperands(operands: string): string {
  const [, left, operator, right] = /^(.+) (\S+) (.+)$/.exec(operands) ?? [];

  if (left === undefined || operator === undefined || right === undefined) {
    return `${operands.slice(0, 1)} does not work on ${inWords(operands.slice(1))}`;
  }
  const advice =
    operator === '+' && [left, right].some((type) => type.includes('string'))
      ? '; turn the other one into text with string(…) or json(…)'
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
  const signatures = SIGNATURES.get(name)?.map(callInWords);

  return signatures
    ? `${callInWords(call)} does not exist; there is ${[...new Set(signatures)].slice(0, 5).join(', ')}`
    : `there is no function "${name}"`;
}

/** `list<string>.join(string): string` */
function callInWords(call: string): string {
  const [, receiver = '', name = call, types = ''] =
    /^(?:(.+)\.)?(\w+)\((.*)\)(?:: .*)?$/.exec(call) ?? [];
  return `${receiver && `${inWords(receiver)}.`}${name}(${inWords(types)})`;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/dyn<(.+?)>(?!>)/g, '$1'],
  [/'/g, ''],
  [/\buint\b/g, 'unsigned number'],
  [/\b(double|int)\b/g, 'number'],
  [/\b(list|map)<[^()]*?>+/g, '$1'],
  [/\bmap\b/g, 'object'],
  [/\bstring\b/g, 'text'],
  [/\b(bool|boolean)\b/g, 'true or false'],
  [/\bdyn\b/g, 'any value'],
];

function inWords(types: string): string {
  return WORDS.reduce((text, [pattern, word]) => text.replace(pattern, word), types);
}
