import type { ASTNode } from '@marcbachmann/cel-js';
import type { Type } from './type.ts';

/** What is wrong in an expression by the types of what it reads; `error`: it must fail whenever it gets there. */
export type Complaint = {
  readonly code: 'unknown_member' | 'wrong_type';
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Character positions in the expression. */
  readonly start: number;
  readonly end: number;
};

/** Where an inference stands. */
export type Inference = {
  readonly names: ReadonlyMap<string, Type>;
  readonly complaints: Complaint[];
  /** Paths whose presence the expression itself asks for. */
  readonly asked: ReadonlySet<string>;
  /** What is missing here is provided for. */
  readonly tolerant: boolean;
  readonly infer: (at: Inference, node: ASTNode) => Type;
  /** What stands there. */
  readonly text: (node: ASTNode) => string;
};

export function complain(
  { complaints }: Inference,
  { start, end }: ASTNode,
  code: Complaint['code'],
  message: string,
  severity: Complaint['severity'] = 'error',
): void {
  complaints.push({ code, severity, message, start, end });
}
