/** Types of calls: CEL's loops and other macros one by one, everything else by its signatures. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { complain, type Inference } from './complaint.ts';
import { environment } from './environment.ts';
import type { Op } from './syntax.ts';
import {
  ANY,
  BOOLEAN,
  either,
  inWords,
  type Kind,
  listOf,
  mayBe,
  NULL,
  NUMBER,
  oneOf,
  TEXT,
  type Type,
} from './type.ts';

export function typeOfCall(at: Inference, node: Op<'call'>): Type {
  const [name, values] = node.args;
  const [first, second] = values;

  if (name === 'has' && first) {
    at.infer({ ...at, tolerant: true }, first);
    return BOOLEAN;
  }
  if (name === 'default' && first && second) {
    const wanted = at.infer({ ...at, tolerant: true }, first);
    return either(withoutNull(wanted), at.infer(at, second));
  }
  const types = values.map((value) => at.infer(at, value));

  return name === 'dyn' ? ANY : bySignature(at, node, name, null, types);
}

export function typeOfMethod(at: Inference, node: Op<'rcall'>): Type {
  const [name, receiver, values] = node.args;
  const [variable, ...bodies] = values;

  if (receiver.op === 'id' && receiver.args === 'cel' && !at.names.has('cel')) {
    return typeOfBinding(at, values);
  }
  if (receiver.op === 'id' && receiver.args === 'optional' && !at.names.has('optional')) {
    values.map((value) => at.infer(at, value));
    return ANY;
  }
  const owner = at.infer(at, receiver);

  if (LOOPS.has(name) && variable?.op === 'id' && bodies.length > 0) {
    return typeOfLoop(at, node, { owner, variable: variable.args, bodies });
  }
  const types = values.map((value) => at.infer(at, value));
  return bySignature(at, node, name, owner, types);
}

/** `cel.bind(name, value, body)` */
function typeOfBinding(at: Inference, [variable, value, body]: readonly ASTNode[]): Type {
  if (variable?.op !== 'id' || !value || !body) {
    return ANY;
  }
  const names = new Map(at.names).set(variable.args, at.infer(at, value));
  return at.infer({ ...at, names }, body);
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** A loop over an object goes over the names of its members. */
function typeOfLoop(
  at: Inference,
  node: Op<'rcall'>,
  loop: {
    readonly owner: Type;
    readonly variable: string;
    readonly bodies: readonly ASTNode[];
  },
): Type {
  const [name, receiver] = node.args;
  const { owner, variable, bodies } = loop;

  if (!mayBe(owner, 'list', 'object')) {
    const what = `${at.text(receiver)} is ${inWords(owner)}; .${name}(…) goes over a list`;
    complain(at, receiver, 'wrong_type', what);
  }
  const element = !mayBe(owner, 'list')
    ? TEXT
    : mayBe(owner, 'object')
      ? ANY
      : (owner.elements?.() ?? ANY);
  const inside: Inference = { ...at, names: new Map(at.names).set(variable, element) };
  const types = bodies.map((body) => [body, at.infer(inside, body)] as const);

  // `map` with three arguments filters by the second and yields the third.
  const conditions = name === 'map' ? types.slice(0, -1) : types;
  for (const [body, type] of conditions) {
    if (!mayBe(type, 'boolean')) {
      const what = `.${name}(…) needs a condition, but ${at.text(body)} is ${inWords(type)}`;
      complain(at, body, 'wrong_type', what);
    }
  }

  if (name === 'map') {
    const made = types.at(-1)?.[1] ?? ANY;
    return listOf(() => made);
  }
  return name === 'filter' ? listOf(() => element) : BOOLEAN;
}

function withoutNull(type: Type): Type {
  if (type.kinds === null || !type.kinds.has('null')) {
    return type;
  }
  const kinds = new Set([...type.kinds].filter((kind) => kind !== 'null'));
  return kinds.size === 0 ? ANY : { ...type, kinds };
}

type Signature = {
  readonly receiver: Type | null;
  readonly parameters: readonly Type[];
  readonly result: Type;
};

/** By name. A macro takes syntax, which no type says anything of. */
const SIGNATURES = new Map<string, Signature[]>();
for (const one of environment.getDefinitions().functions) {
  const { name, receiverType, params, returnType } = one;
  SIGNATURES.set(name, [
    ...(SIGNATURES.get(name) ?? []),
    {
      receiver: receiverType === null ? null : parameterNamed(receiverType),
      parameters: params.map(({ type }) => parameterNamed(type)),
      result: typeNamed(returnType),
    },
  ]);
}

/** A type as cel-js writes it. */
function typeNamed(name: string): Type {
  switch (name) {
    case 'string':
      return TEXT;
    case 'bool':
      return BOOLEAN;
    case 'int':
    case 'uint':
    case 'double':
      return NUMBER;
    case 'null':
      return NULL;
    default: {
      const kind: Kind | null = /^list\b/.test(name)
        ? 'list'
        : /^map\b/.test(name)
          ? 'object'
          : null;
      const element = /^list<(\w+)>$/.exec(name)?.[1];
      return kind === null
        ? ANY
        : {
            kinds: new Set([kind]),
            ...(element === undefined ? {} : { elements: () => typeNamed(element) }),
          };
    }
  }
}

/** What is no JSON takes nothing that is. */
function parameterNamed(name: string): Type {
  return /^(bytes|type|optional<|google\.|\w+Namespace)/.test(name)
    ? { kinds: new Set() }
    : typeNamed(name);
}

function bySignature(
  at: Inference,
  node: ASTNode,
  name: string,
  receiver: Type | null,
  values: readonly Type[],
): Type {
  const all = (SIGNATURES.get(name) ?? []).filter(
    (one) =>
      (one.receiver === null) === (receiver === null) && one.parameters.length === values.length,
  );
  const fitting = all.filter(
    (one) =>
      (one.receiver === null || receiver === null || meet(one.receiver, receiver)) &&
      one.parameters.every((parameter, index) => meet(parameter, values[index] ?? ANY)),
  );

  if (all.length > 0 && fitting.length === 0) {
    const given = values.map(inWords).join(', ');
    const what =
      receiver === null
        ? `${name}(…) does not work on ${given}`
        : `.${name}(…) does not work on ${inWords(receiver)}${given && ` with ${given}`}`;
    complain(at, node, 'wrong_type', what);
  }
  return oneOf(fitting.map(({ result }) => result));
}

function meet(one: Type, other: Type): boolean {
  return one.kinds === null || mayBe(other, ...one.kinds);
}
