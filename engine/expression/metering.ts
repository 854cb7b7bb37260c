/**
 * Puts the meter (meter.ts) into an expression. cel-js has no hook for it, but after type checking every node that does work on whole
 * values carries the function that does it, `handle`, which gets the operands: that is where the charge goes. It is not part of the
 * types of cel-js, so its version is pinned, what is missing fails at once, and the tests attack each guard.
 */
import { type ASTNode, EvaluationError } from '@marcbachmann/cel-js';
import { charge, chargeDeep, chargeShallow, chargeText, sizeOf } from './meter.ts';
import { COMPREHENSIONS } from './syntax.ts';

type Handle = (...values: unknown[]) => unknown;

type CheckedNode = {
  handle?: Handle;
  readonly meta: { readonly alternate?: CheckedNode; readonly macro?: object };
};

export function meter(node: ASTNode): void {
  for (const child of childrenOf(node)) {
    meter(child);
  }

  switch (node.op) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      wrap(checked(node), ([left, right]) => {
        chargeBinary(left, right);
      });
      return;
    case 'in':
      wrap(checked(node), ([element, container]) => {
        chargeSearch(element, container);
      });
      return;
    case 'call':
    case 'rcall':
      meterCall(node);
      return;
    default:
  }
}

function meterCall(node: Extract<ASTNode, { readonly op: 'call' | 'rcall' }>): void {
  const [name] = node.args;
  const { alternate, macro } = checked(node).meta;

  if (alternate && COMPREHENSIONS.has(name)) {
    const steps = countNodes(node);
    wrap(alternate, ([range]) => {
      charge((typeof range === 'object' && range !== null ? sizeOf(range) : 0) * steps);
    });
  } else if (!macro) {
    wrap(checked(node), ([values]) => {
      chargeCall(name, values as readonly unknown[]);
    });
  }
}

function wrap(node: CheckedNode, before: (values: readonly unknown[]) => void): void {
  const { handle } = node;
  if (typeof handle !== 'function') {
    throw new TypeError('this version of cel-js cannot be metered');
  }

  // Four parameters, as cel-js passes them: this runs for every operator of every expression, and a rest parameter would allocate.
  node.handle = (first, second, third, fourth) => {
    before([first, second]);
    return handle(first, second, third, fourth);
  };
}

function chargeBinary(left: unknown, right: unknown): void {
  if (typeof left === 'string' && typeof right === 'string') {
    chargeText(left.length + right.length);
  } else if (typeof left === 'object' && typeof right === 'object') {
    chargeDeep(left);
    chargeShallow(right);
  }
}

function chargeSearch(element: unknown, container: unknown): void {
  chargeShallow(container);
  if (Array.isArray(container)) {
    if (typeof element === 'object') {
      chargeDeep(container);
      chargeDeep(element);
    } else if (typeof element === 'string') {
      charge(container.length * (element.length >> 4));
    }
  }
}

/** What a function costs beyond the length of its arguments. */
const SURCHARGES: Readonly<Record<string, (values: readonly unknown[]) => void>> = {
  contains: chargePattern,
  indexOf: chargePattern,
  lastIndexOf: chargePattern,
  replace: chargePattern,
  split: chargePattern,
  join([values, separator]) {
    if (Array.isArray(values)) {
      chargeDeep(values);
      chargeText(values.length * String(separator ?? '').length);
    }
  },
  duration([text]) {
    if (typeof text === 'string' && text.length > 32) {
      throw new EvaluationError('duration: the text is longer than any duration');
    }
    charge(100);
  },
  timestamp: () => charge(20),
};

/** Searching a text for a part of it: at worst every place is compared with a good share of the part. Splitting makes parts. */
function chargePattern([text, part]: readonly unknown[]): void {
  if (typeof text === 'string' && typeof part === 'string') {
    charge((text.length >> 4) * Math.min(part.length, 256));
    charge(Math.floor(text.length / Math.max(1, part.length)));
  }
}

function chargeCall(name: string, values: readonly unknown[]): void {
  charge(4);
  for (const value of values) {
    chargeShallow(value);
  }
  SURCHARGES[name]?.(values);

  if (name.startsWith('get') && values.length === 2) {
    charge(1_000); // asks for the local time of a named time zone
  }
}

function countNodes(node: ASTNode): number {
  let count = 1;
  for (const child of childrenOf(node)) {
    count += countNodes(child);
  }
  return count;
}

/** @returns what the author wrote below a node; the nodes that macros make share these */
function childrenOf(node: ASTNode): readonly ASTNode[] {
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
    default:
      return node.args;
  }
}

/** Every node of a checked tree has these. */
function checked(node: ASTNode): CheckedNode {
  return node as unknown as CheckedNode;
}
