/** Types of operators: what each takes on either side, and what it makes of it. */
import { complain, type Inference } from './complaint.ts';
import type { Op } from './syntax.ts';
import {
  ANY,
  BOOLEAN,
  either,
  inWords,
  type Kind,
  listOf,
  mayBe,
  NUMBER,
  once,
  type Type,
} from './type.ts';

export function typeOfNegative(at: Inference, node: Op<'-_'>): Type {
  const type = at.infer(at, node.args);
  if (!mayBe(type, 'number')) {
    complain(at, node, 'wrong_type', `- does not work on ${inWords(type)}`);
  }
  return type.kinds === null ? ANY : NUMBER;
}

type Operation = Op<'!=' | '==' | 'in' | '+' | '-' | '*' | '/' | '%' | '<' | '<=' | '>' | '>='>;

/** Kinds of JSON that an operator takes, the same on both sides. What is no JSON, as times are, is `ANY` here. */
const OPERANDS: Readonly<Record<Exclude<Operation['op'], '==' | '!=' | 'in'>, readonly Kind[]>> = {
  '+': ['number', 'text', 'list'],
  '-': ['number'],
  '*': ['number'],
  '/': ['number'],
  '%': ['number'],
  '<': ['number', 'text', 'boolean'],
  '<=': ['number', 'text', 'boolean'],
  '>': ['number', 'text', 'boolean'],
  '>=': ['number', 'text', 'boolean'],
};

const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

export function typeOfOperation(at: Inference, node: Operation): Type {
  const [left, right] = [at.infer(at, node.args[0]), at.infer(at, node.args[1])];

  if (node.op === 'in') {
    if (!mayBe(right, 'list', 'object')) {
      const what = `${at.text(node.args[1])} is ${inWords(right)}; only a list or an object has something in it`;
      complain(at, node, 'wrong_type', what);
    }
    return BOOLEAN;
  }
  if (node.op === '==' || node.op === '!=') {
    warnOfUnequal(at, node, left, right);
    return BOOLEAN;
  }

  const common = OPERANDS[node.op].filter((kind) => mayBe(left, kind) && mayBe(right, kind));
  if (common.length === 0) {
    complain(at, node, 'wrong_type', badOperands(node.op, left, right));
  }
  return COMPARISONS.has(node.op) ? BOOLEAN : resultOf(common, left, right);
}

function badOperands(operator: string, left: Type, right: Type): string {
  const advice =
    operator === '+' && [left, right].some((type) => mayBe(type, 'text'))
      ? '; turn the other one into text with string(…) or json(…)'
      : '';
  return `${operator} does not work on ${inWords(left)} and ${inWords(right)}${advice}`;
}

function resultOf(common: readonly Kind[], left: Type, right: Type): Type {
  if (left.kinds === null && right.kinds === null) {
    return ANY; // two times, or a time and a duration
  }
  if (common.length === 0) {
    return ANY;
  }
  return common.length === 1 && common[0] === 'list'
    ? listOf(once(() => either(left.elements?.() ?? ANY, right.elements?.() ?? ANY)))
    : { kinds: new Set(common) };
}

/** Never an error when it runs, and hardly ever meant. To compare with null is always to be on the safe side. */
function warnOfUnequal(at: Inference, node: Operation, left: Type, right: Type): void {
  if (left.kinds === null || right.kinds === null) {
    return;
  }
  const alike = [...left.kinds].some((kind) => right.kinds?.has(kind));
  if (!alike && !left.kinds.has('null') && !right.kinds.has('null')) {
    const what = `${inWords(left)} is never equal to ${inWords(right)}`;
    complain(at, node, 'wrong_type', what, 'warning');
  }
}
