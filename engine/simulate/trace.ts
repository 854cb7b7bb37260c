import type { Json } from '../json.ts';
import type { FailureCode } from '../states.ts';
import type { SimulatedAttempt } from './answer.ts';

/** One task or segment while it is open. */
export type Live = {
  readonly node: number;
  readonly segment: number | null;
  readonly input: Json | null;
  readonly openedAt: number;
  /** When it may begin; of what takes its time from the start, a wait or a signal: when it ends, or is given up. Null: at once, never. */
  readonly dueAt: number | null;
  firstAt: number | null;
  startedAt: number | null;
  attempt: number;
  failures: number;
};

/** What a simulation has found so far. Times in ms since it began. */
export type Trace = {
  readonly attempts: SimulatedAttempt[];
  readonly opened: Map<number, number>;
  readonly started: Map<number, number>;
  readonly ended: Map<number, number>;
  readonly inputs: Map<number, Json | null>;
  readonly outputs: Map<number, Json | null>;
  readonly failures: Map<number, { readonly code: FailureCode; readonly message: string }>;
};
