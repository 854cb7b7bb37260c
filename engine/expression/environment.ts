import { type Context, Environment, EvaluationError } from '@marcbachmann/cel-js';
import { FUNCTIONS } from './functions.ts';
import { MAX_AST_DEPTH, MAX_AST_NODES } from './limits.ts';
import { charge, FAILURE_STEPS } from './meter.ts';
import { VARIABLES } from './scope.ts';

/** The language: CEL, plus what makes it work on JSON. Made once; making it takes a millisecond, parsing with it a few microseconds. */
export const environment = createEnvironment();

/** Codes of cel-js for "there is nothing at this place". */
export const MISSING: ReadonlySet<string> = new Set(['no_such_key', 'index_out_of_bounds']);

function createEnvironment(): Environment {
  const created = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false, // {"a": 1, "b": "x"} is ordinary JSON
    limits: { maxAstNodes: MAX_AST_NODES, maxDepth: MAX_AST_DEPTH },
  });

  for (const { name, type, description } of VARIABLES) {
    created.registerVariable(name, type, { description });
  }
  registerNumbers(created);
  registerDefault(created);

  for (const { signatures, description, run } of FUNCTIONS) {
    for (const signature of signatures) {
      if (run) {
        created.registerFunction(signature, run, { description, async: false });
      }
    }
  }

  return created;
}

/**
 * Every number of JSON is a CEL double, every number written in an expression without a point a CEL int, and CEL does not mix the two:
 * without these `context.count + 1` would have no meaning.
 */
function registerNumbers(created: Environment): void {
  const operators: Record<string, (left: number, right: number) => number> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
    '%': (left, right) => left % right,
  };

  for (const [operator, compute] of Object.entries(operators)) {
    const mixed = (left: number | bigint, right: number | bigint): number =>
      compute(Number(left), Number(right));
    created.registerOperator(`double ${operator} int: double`, mixed);
    created.registerOperator(`int ${operator} double: double`, mixed);
  }

  created.registerOperator(
    'double % double: double',
    (left: number, right: number) => left % right,
  );
  created.registerOperator(
    'int == double: bool',
    (left: bigint, right: number) => Number(left) === right,
  );

  registerPlaces(created);
}

/** The same for the methods of text that take a place in it: `input.name.substring(0, context.length)`. */
function registerPlaces(created: Environment): void {
  const sync = { async: false };
  const places = [
    ['double', 'double'],
    ['int', 'double'],
    ['double', 'int'],
  ] as const;

  created.registerFunction('string.substring(double): string', substring, sync);
  for (const [start, end] of places) {
    created.registerFunction(`string.substring(${start}, ${end}): string`, substring, sync);
  }
}

function substring(text: string, start: number | bigint, end?: number | bigint): string {
  const [from, to] = [Number(start), end === undefined ? text.length : Number(end)];
  if (!(from >= 0 && to >= from && to <= text.length)) {
    throw new EvaluationError(
      `substring: ${from} to ${to} is not a part of a text of ${text.length} characters`,
    );
  }
  return text.slice(from, to);
}

/** What cel-js hands to a macro; its own types leave it open. */
type Node = object;
type Checker = { check(node: Node, context: Context): unknown; getType(name: string): unknown };
type Evaluator = { run(node: Node, context: Context): unknown };

/** `default(input.limit, 10)`: the second where the first is missing or null. A macro, because the first must not fail before it is asked. */
function registerDefault(created: Environment): void {
  created.registerFunction(
    'default(ast, ast): dyn',
    ({ args: [wanted, otherwise] }: { args: readonly [Node, Node] }) => ({
      async: false,
      typeCheck(checker: Checker, _macro: unknown, context: Context) {
        checker.check(wanted, context);
        checker.check(otherwise, context);
        return checker.getType('dyn');
      },
      evaluate(evaluator: Evaluator, _macro: unknown, context: Context): unknown {
        try {
          return evaluator.run(wanted, context) ?? evaluator.run(otherwise, context);
        } catch (error) {
          if (error instanceof EvaluationError && MISSING.has(error.code)) {
            charge(FAILURE_STEPS);
            return evaluator.run(otherwise, context);
          }
          throw error;
        }
      },
    }),
    { description: 'the second where the first is missing or null' },
  );
}
