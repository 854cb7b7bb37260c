/**
 * Types of expressions, before they run: what each yields, and what in it cannot work on values of the types that are known. cel-js
 * has a checker of its own, which ran when the expression was compiled; it knows nothing of JSON Schema, of null, or of what may be one
 * thing or another.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { complain, type Complaint, type Inference } from './complaint.ts';
import { typeOfCall, typeOfMethod } from './infer_call.ts';
import { typeOfNegative, typeOfOperation } from './infer_operation.ts';
import { nearest } from './nearest.ts';
import { type Access, childrenOf, isMember, memberName, type Op } from './syntax.ts';
import {
  ANY,
  BOOLEAN,
  either,
  inWords,
  listOf,
  mayBe,
  NULL,
  NUMBER,
  objectOf,
  once,
  oneOf,
  TEXT,
  type Type,
} from './type.ts';

export type { Complaint } from './complaint.ts';

/** @param names what is known of the names it may read; of any other nothing is */
export function inferType(
  syntax: ASTNode,
  source: string,
  names: ReadonlyMap<string, Type>,
): { readonly type: Type; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const asked = new Set<string>();
  collectAsked(syntax, asked);

  const text = ({ start, end }: ASTNode) => source.slice(start, end);
  const type = infer({ names, complaints, asked, tolerant: false, infer, text }, syntax);
  return { type, complaints };
}

/** Paths whose presence the expression itself asks for, and those on the way: what is missing there has been thought of. */
function collectAsked(node: ASTNode, asked: Set<string>): void {
  if (node.op === 'call' && node.args[0] === 'has' && node.args[1][0]) {
    addPath(node.args[1][0], asked);
  }
  if (node.op === 'in' && node.args[0].op === 'value' && typeof node.args[0].args === 'string') {
    addPath(node.args[1], asked);
    asked.add(`${pathOf(node.args[1]) ?? ''}.${node.args[0].args}`);
  }
  for (const child of childrenOf(node)) {
    collectAsked(child, asked);
  }
}

function addPath(node: ASTNode, asked: Set<string>): void {
  asked.add(pathOf(node) ?? '');
  if (isMember(node)) {
    addPath(node.args[0], asked);
  }
}

/** `input.size` for `input.size` and `input["size"]`; null if it is computed. */
function pathOf(node: ASTNode): string | null {
  if (node.op === 'id') {
    return node.args;
  }
  const owner = isMember(node) ? pathOf(node.args[0]) : null;
  const name = isMember(node) ? memberName(node) : null;
  return owner === null || name === null ? null : `${owner}.${name}`;
}

function infer(at: Inference, node: ASTNode): Type {
  switch (node.op) {
    case 'value':
      return typeOfLiteral(node.args);
    case 'id':
      return at.names.get(node.args) ?? ANY;
    case 'list': {
      const elements = node.args.map((element) => infer(at, element));
      return listOf(once(() => oneOf(elements)));
    }
    case 'map':
      return typeOfMap(at, node);
    case '.':
      return typeOfMember(at, node);
    case '[]':
      return typeOfIndex(at, node);
    case '.?':
    case '[?]':
      typeOfIndex({ ...at, tolerant: true }, node);
      return ANY;
    case 'call':
      return typeOfCall(at, node);
    case 'rcall':
      return typeOfMethod(at, node);
    case '?:': {
      const [condition, one, other] = node.args;
      expectBoolean(at, condition, 'a condition');
      return either(infer(at, one), infer(at, other));
    }
    case '!_':
      expectBoolean(at, node.args, '!');
      return BOOLEAN;
    case '-_':
      return typeOfNegative(at, node);
    case '&&':
    case '||':
      expectBoolean(at, node.args[0], node.op);
      expectBoolean(at, node.args[1], node.op);
      return BOOLEAN;
    case '!=':
    case '==':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeOfOperation(at, node);
  }
}

function typeOfLiteral(value: Op<'value'>['args']): Type {
  if (typeof value === 'object') {
    return value === null ? NULL : ANY;
  }
  return typeof value === 'string' ? TEXT : typeof value === 'boolean' ? BOOLEAN : NUMBER;
}

function typeOfMap(at: Inference, { args }: Op<'map'>): Type {
  const named = new Map<string, () => Type>();
  let computed = false;

  for (const [key, value] of args) {
    const type = infer(at, value);
    infer(at, key);
    if (key.op === 'value' && typeof key.args === 'string') {
      named.set(key.args, () => type);
    } else {
      computed = true;
    }
  }
  return objectOf(named, computed ? 'any' : 'none');
}

function typeOfIndex(at: Inference, node: Access): Type {
  if (memberName(node) !== null) {
    return typeOfMember(at, node);
  }
  const [left, place] = node.args;
  const owner = infer(at, left);
  const index = typeof place === 'string' ? TEXT : infer(at, place);

  if (!mayBe(owner, 'list', 'object') && !at.tolerant) {
    complain(at, node, 'wrong_type', `${at.text(left)} is ${inWords(owner)}, which has no parts`);
  }
  if (!mayBe(owner, 'object') && !mayBe(index, 'number')) {
    complain(at, node, 'wrong_type', `the place in a list must be a number, not ${inWords(index)}`);
  }
  return mayBe(owner, 'object') ? ANY : (owner.elements?.() ?? ANY);
}

function typeOfMember(at: Inference, node: Access): Type {
  const [left] = node.args;
  const owner = infer(at, left);
  const name = memberName(node) ?? '';
  const path = pathOf(node);
  const thoughtOf = at.tolerant || (path !== null && at.asked.has(path));

  if (!mayBe(owner, 'object')) {
    if (!thoughtOf) {
      const what = `${at.text(left)} is ${inWords(owner)}, which has no member "${name}"`;
      complain(at, node, 'wrong_type', what);
    }
    return ANY;
  }
  if (owner.members === undefined) {
    return ANY;
  }
  const { named, others } = owner.members;
  const member = named.get(name);
  if (member) {
    return member();
  }
  complainOfMember(at, node, { name, known: named.keys(), others, thoughtOf });
  return ANY;
}

function complainOfMember(
  at: Inference,
  node: Access,
  {
    name,
    known,
    others,
    thoughtOf,
  }: {
    readonly name: string;
    readonly known: Iterable<string>;
    readonly others: 'none' | 'undeclared' | 'any';
    readonly thoughtOf: boolean;
  },
): void {
  const owner = at.text(node.args[0]);
  const names = [...known];
  const near = nearest(name, names);

  if (others === 'none') {
    const list = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
    const instead =
      near === null
        ? names.length === 0
          ? ', which is empty'
          : `, which has ${list}`
        : ` (did you mean ${near}?)`;
    const severity = thoughtOf ? 'warning' : 'error';
    complain(at, node, 'unknown_member', `"${name}" is not in ${owner}${instead}`, severity);
  } else if (others === 'undeclared' && near !== null && !thoughtOf) {
    const what = `"${name}" is not declared in ${owner} (did you mean ${near}?)`;
    complain(at, node, 'unknown_member', what, 'warning');
  }
}

function expectBoolean(at: Inference, node: ASTNode, where: string): void {
  const type = infer(at, node);
  if (!mayBe(type, 'boolean')) {
    const what = `${where} needs true or false, but ${at.text(node)} is ${inWords(type)}`;
    complain(at, node, 'wrong_type', `${what}; compare it with something`);
  }
}
