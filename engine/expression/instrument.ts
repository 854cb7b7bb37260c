/**
 * Puts the meter (meter.ts) into an expression. cel-js has no hook for it, but after type checking every node that does work on whole
 * values carries the function that does it, `handle`, which gets the operands: that is where the charge goes. It is not part of the
 * types of cel-js, so its version is pinned, what is missing fails at once, and the tests attack each guard.
 */
import { type ASTNode, EvaluationError } from '@marcbachmann/cel-js';
import { charge, chargeDeep, chargeShallow, chargeText, sizeOf } from './meter.ts';
import { childrenOf, type Op } from './syntax.ts';
import { UNREADABLE_KEYS } from './unreadable.ts';

type Handle = (...values: unknown[]) => unknown;

type CheckedNode = {
  handle?: Handle;
  setMeta(
    name: 'evaluate',
    evaluate: (evaluator: Evaluator, node: ASTNode, context: unknown) => unknown,
  ): void;
  readonly meta: { readonly alternate?: CheckedNode; readonly macro?: object };
};

/** The operators that work on whole values. */
const BINARY: ReadonlySet<string> = new Set('+ - * / % == != < <= > >='.split(' '));

/** Puts the meter into a checked tree. The nodes that macros make share those the author wrote, which are the ones walked here. */
export function instrument(node: ASTNode): void {
  for (const child of childrenOf(node)) {
    instrument(child);
  }

  if (BINARY.has(node.op)) {
    wrap(checked(node), ([left, right]) => {
      chargeBinary(left, right);
    });
  } else if (node.op === 'in') {
    wrap(checked(node), ([element, container]) => {
      chargeSearch(element, container);
    });
  } else if (node.op === 'call' || node.op === 'rcall') {
    instrumentCall(node);
  } else if (node.op === 'map') {
    keepNames(node);
  }
}

type Evaluator = { run(node: ASTNode, context: unknown): unknown };

/** JSON has members of any name, so `{"constructor": 1}` has one, and so has `{input.name: 1}` whatever the name turns out to be. */
function keepNames(node: Op<'map'>): void {
  const { args } = node;
  const harmless = args.every(
    ([name]) => name.op === 'value' && !UNREADABLE_KEYS.has(String(name.args)),
  );
  if (!harmless) {
    checked(node).setMeta('evaluate', (evaluator: Evaluator, _: ASTNode, context: unknown) =>
      Object.fromEntries(
        args.map(([name, value]) => [
          evaluator.run(name, context) as string,
          evaluator.run(value, context),
        ]),
      ),
    );
  }
}

function instrumentCall(node: Op<'call'> | Op<'rcall'>): void {
  const [name] = node.args;
  const { alternate, macro } = checked(node).meta;

  if (alternate && node.op === 'rcall') {
    const steps = 1 + stepsOf(node.args[2]) + (QUANTIFIERS.has(name) ? CAUGHT_STEPS : 0);
    wrap(alternate, ([range]) => {
      charge(typeof range === 'object' && range !== null ? sizeOf(range) * steps : 0);
    });
  } else if (!macro) {
    wrap(checked(node), ([values]) => {
      chargeCall(name, values as readonly unknown[]);
    });
  }
}

/** These, && and || go on after an error in what they ask, in the hope that the rest decides. In a loop that may happen every time. */
const QUANTIFIERS: ReadonlySet<string> = new Set(['all', 'exists']);
const CAUGHT_STEPS = 15;

/** What one round of a loop costs at least. */
function stepsOf(bodies: readonly ASTNode[]): number {
  return bodies.reduce((steps, node) => steps + stepsOfNode(node) + stepsOf(childrenOf(node)), 0);
}

function stepsOfNode({ op }: ASTNode): number {
  return op === 'value' ? 0 : op === '&&' || op === '||' ? CAUGHT_STEPS : 1;
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
      charge(container.length * Math.floor(element.length / 16));
    }
  }
}

/** What a function costs beyond the length of its arguments. */
const SURCHARGES: ReadonlyMap<string, (values: readonly unknown[]) => void> = new Map([
  ['contains', chargePattern],
  ['indexOf', chargePattern],
  ['lastIndexOf', chargePattern],
  ['replace', chargePattern],
  ['split', chargePattern],
  ['join', chargeJoin],
  ['duration', chargeDuration],
]);

/** Searching a text for a part of it: at worst every place is compared with a good share of the part. Splitting makes parts. */
function chargePattern([text, part]: readonly unknown[]): void {
  if (typeof text === 'string' && typeof part === 'string') {
    charge(Math.floor(text.length / 16) * Math.min(part.length, 256));
    charge(Math.floor(text.length / Math.max(1, part.length)));
  }
}

function chargeJoin([values, separator]: readonly unknown[]): void {
  if (Array.isArray(values)) {
    chargeDeep(values);
    chargeText(values.length * (typeof separator === 'string' ? separator.length : 0));
  }
}

/** cel-js reads durations with a regular expression whose time is cubic in a text without a unit. */
function chargeDuration([text]: readonly unknown[]): void {
  if (typeof text === 'string' && text.length > 32) {
    throw new EvaluationError('duration: the text is longer than any duration');
  }
  charge(100);
}

function chargeCall(name: string, values: readonly unknown[]): void {
  charge(2);
  for (const value of values) {
    chargeShallow(value);
  }
  SURCHARGES.get(name)?.(values);

  if (name.startsWith('get') && values.length === 2) {
    charge(1_000); // asks for the local time of a named time zone
  }
}

/** Every node of a checked tree has these. */
function checked(node: ASTNode): CheckedNode {
  return node as unknown as CheckedNode;
}
