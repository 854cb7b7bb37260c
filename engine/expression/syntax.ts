/**
 * What can be read off an expression without running it: which names it uses, and whether it does what Latchwork refuses. Both by one
 * walk over the syntax tree, so a name inside a text is no reference and a call in a comment no call.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { References } from './expression.ts';
import { unknownName } from './nearest.ts';
import { LOCAL_NAMES, TASK_MEMBERS, VARIABLES } from './scope.ts';

export type Refusal = { readonly message: string; readonly start: number; readonly end: number };

export type Syntax = {
  readonly references: References;
  /** The first thing that is refused, if any. */
  readonly refusal: Refusal | null;
  /** Whether it only picks a value out of the scope, which is JSON then without a look at it. */
  readonly isPath: boolean;
};

/** CEL's loops. Each runs its last argument once per element, under the name that its first argument gives the element. */
const COMPREHENSIONS: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
]);

const VARIABLE_NAMES: ReadonlySet<string> = new Set(VARIABLES.map(({ name }) => name));
const MEMBERS = new Map<string, readonly string[]>(
  VARIABLES.flatMap(({ name, members }) => (members ? [[name, members] as const] : [])),
);

type Walk = {
  readonly tasks: Set<string>;
  readonly names: Set<string>;
  /** The only names that there are; undefined: those of a definition, about which more is to be said than this. */
  readonly known: readonly string[] | undefined;
  refusal: Refusal | null;
  /** The first name that is not there. */
  unknown: Refusal | null;
};

export function readSyntax(ast: ASTNode, known?: readonly string[]): Syntax {
  const walk: Walk = {
    tasks: new Set(),
    names: new Set(),
    known,
    refusal: null,
    unknown: null,
  };
  visit(walk, ast, { locals: [], looping: false });

  return {
    references: {
      input: walk.names.has('input'),
      context: walk.names.has('context'),
      env: walk.names.has('env'),
      tasks: [...walk.tasks],
      local: LOCAL_NAMES.filter((name) => walk.names.has(name)),
    },
    refusal: walk.unknown ?? walk.refusal,
    isPath: isPath(ast),
  };
}

type Place = { readonly locals: readonly string[]; readonly looping: boolean };

function visit(walk: Walk, node: ASTNode, place: Place): void {
  if (node.op === 'id') {
    visitName(walk, node, place);
  } else if (isMember(node)) {
    visitMember(walk, node, place);
  } else if (node.op === 'rcall') {
    visitMethod(walk, node, place);
  } else if (node.op === 'call') {
    visitCall(walk, node, place);
  } else {
    visitAll(walk, childrenOf(node), place);
  }
}

function visitAll(walk: Walk, nodes: readonly ASTNode[], place: Place): void {
  for (const node of nodes) {
    visit(walk, node, place);
  }
}

function visitName(walk: Walk, node: Op<'id'>, { locals }: Place): void {
  if (locals.includes(node.args) || !VARIABLE_NAMES.has(node.args)) {
    return; // what is neither, cel-js refuses with its place
  }
  note(walk, node, node.args);

  if (node.args === 'tasks') {
    refuse(walk, node, 'name the task: tasks.<key>.output or tasks["<key>"].output');
  }
}

function note(walk: Walk, { start, end }: ASTNode, name: string): void {
  walk.names.add(name);
  if (walk.known?.includes(name) === false) {
    walk.unknown ??= { message: unknownName(name, walk.known), start, end };
  }
}

function visitMember(walk: Walk, node: Access, place: Place): void {
  const [left, member] = node.args;
  const name = memberName(node);

  if (isVariable(left, 'tasks', place) && name !== null) {
    note(walk, left, 'tasks');
    walk.tasks.add(name);
    return;
  }
  if (isMember(left) && isVariable(left.args[0], 'tasks', place)) {
    refuseUnknown(walk, node, 'a task', TASK_MEMBERS);
  } else if (left.op === 'id' && !place.locals.includes(left.args)) {
    refuseUnknown(walk, node, left.args, MEMBERS.get(left.args));
  }

  visit(walk, left, place);
  if (typeof member !== 'string') {
    visit(walk, member, place);
  }
}

function refuseUnknown(
  walk: Walk,
  node: Access,
  owner: string,
  known: readonly string[] | undefined,
): void {
  const name = memberName(node);
  if (name !== null && known && !known.includes(name)) {
    refuse(walk, node, `${owner} has no "${name}", only ${known.join(', ')}`);
  }
}

function visitMethod(walk: Walk, node: Op<'rcall'>, place: Place): void {
  const [name, receiver, values] = node.args;
  const [first, ...bodies] = values;

  if (COMPREHENSIONS.has(name) && first?.op === 'id' && bodies.length > 0) {
    if (place.looping) {
      refuse(
        walk,
        node,
        `.${name}(…) inside another loop is not allowed: its cost multiplies. Let a task do the work`,
      );
    }
    visit(walk, receiver, place);
    visitAll(walk, bodies, { locals: [...place.locals, first.args], looping: true });
    return;
  }

  const [, bound, body] = values;
  if (
    name === 'bind' &&
    isVariable(receiver, 'cel', place) &&
    first?.op === 'id' &&
    bound &&
    body
  ) {
    visit(walk, bound, place);
    visit(walk, body, { ...place, locals: [...place.locals, first.args] });
    return;
  }

  visitCall(walk, node, place);
}

function visitCall(walk: Walk, node: Op<'call'> | Op<'rcall'>, place: Place): void {
  if (node.args[0] === 'matches') {
    refuse(
      walk,
      node,
      'matches(…) is not allowed: a regular expression can take for ever. Use contains, startsWith, endsWith or split',
    );
  }
  visitAll(walk, childrenOf(node), place);
}

function refuse(walk: Walk, { start, end }: ASTNode, message: string): void {
  walk.refusal ??= { message, start, end };
}

function isPath(node: ASTNode): boolean {
  if (node.op === 'id') {
    return VARIABLE_NAMES.has(node.args);
  }
  if (node.op === '.') {
    return isPath(node.args[0]);
  }
  return (
    node.op === '[]' &&
    isPath(node.args[0]) &&
    (node.args[1].op === 'value' || isPath(node.args[1]))
  );
}

export type Op<Name extends ASTNode['op']> = Extract<ASTNode, { readonly op: Name }>;
export type Access = Op<'.'> | Op<'.?'> | Op<'[]'> | Op<'[?]'>;

export function isMember(node: ASTNode): node is Access {
  return node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]';
}

/** The name in `left.name` and `left["name"]`; null if it is computed. */
export function memberName(node: Access): string | null {
  const [, member] = node.args;
  if (typeof member === 'string') {
    return member;
  }
  return member.op === 'value' && typeof member.args === 'string' ? member.args : null;
}

function isVariable(node: ASTNode, name: string, { locals }: Place): boolean {
  return node.op === 'id' && node.args === name && !locals.includes(name);
}

/** What the author wrote directly below a node. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    case '[]':
    case '[?]':
    case 'list':
    case '?:':
    case '||':
    case '&&':
    case 'in':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return node.args;
  }
}
