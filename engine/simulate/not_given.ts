import { compileExpression } from '../expression/expression.ts';
import type { Program } from '../program.ts';
import { hasOutput } from '../scope_of.ts';
import type { State } from '../state.ts';
import type { FailureCode } from '../states.ts';
import type { SimulatedNode } from './answer.ts';
import { outcomeOf } from './outcome.ts';
import type { SimulationRequest } from './request.ts';

type Simulated = {
  readonly program: Program;
  readonly state: State;
  readonly request: SimulationRequest;
};

type Failed = {
  /** Null: it was the output of the workflow that failed. */
  readonly node: number | null;
  readonly code: FailureCode;
  readonly message: string;
};

/**
 * The nodes whose outputs an expression read that failed, though nobody had said what they answer: null is seldom what was meant.
 * Nodes that never ran have none to give.
 */
export function findNotGiven(
  { program, state, request }: Simulated,
  { node, code, message }: Failed,
): string[] {
  if (code !== 'expression') {
    return [];
  }
  return tasksReadBy(program, node, message).filter((key) => {
    const read = program.index.get(key);
    return (
      read !== undefined &&
      hasOutput(program, state, read) &&
      outcomeOf(request, key).output === undefined
    );
  });
}

function tasksReadBy(program: Program, node: number | null, message: string): readonly string[] {
  if (node === null) {
    return program.output?.references.tasks ?? [];
  }
  const compiled = compileExpression(positionOf(message)?.expression ?? '');
  // What a wait waits for is named as it was written, with its braces.
  return compiled.ok
    ? compiled.expression.references.tasks
    : (program.nodes[node]?.due?.references.tasks ?? []);
}

/** As `advance` writes it. */
const POSITION = /^(.*) \(in (.*), characters (\d+) to (\d+)\)$/s;

export function positionOf(text: string): SimulatedNode['expressionError'] {
  const [, message, expression, start, end] = POSITION.exec(text) ?? [];
  return message === undefined || expression === undefined
    ? null
    : { expression, message, start: Number(start), end: Number(end) };
}
