/** A task as a handler sees it, and what a handler may answer. */
import type { ClaimedTask } from './api_types.ts';

export type TaskData = Omit<ClaimedTask, 'input' | 'reportUrl'>;

export interface Task<Input = unknown> extends TaskData {
  readonly input: Input;
  /** From 0 to 1; goes out with the next heartbeat. */
  progress(share: number): void;
  /** Lines for people; they go to the worker's own log. */
  log(line: string): void;
  /** Merges the patch into the context that all tasks of the instance share (RFC 7386). Settles when it is stored. */
  patchContext(patch: Readonly<Record<string, unknown>>): Promise<void>;
  /** Aborts when the worker wants to stop: a long task may then `return delay(0)` or `return reject()` rather than hold it up. */
  readonly stopping: AbortSignal;
}

/**
 * Does one task. What it returns is the output, or `delay(…)` or `reject(…)`. What it throws is a failure: `RetryableError` and
 * `NonRetryableError` say whether to try again, and anything else is reported with its stack and tried again as the policy says.
 * `signal` aborts once nobody waits for the result any more. A task may be run twice, as after a crash: handlers must bear it.
 */
export type Handler = {
  // A method, so that a handler may name the input that it expects: what comes was rendered by the definition.
  handle(task: Task, signal: AbortSignal): unknown;
}['handle'];

export type Works = Readonly<Record<string, Handler>>;

class Delay {
  readonly facts: { seconds?: number; until?: string; reason?: string };

  constructor(when: number | Date, reason?: string) {
    this.facts = {
      ...(typeof when === 'number' ? { seconds: when } : { until: when.toISOString() }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

class Reject {
  readonly facts: { reason?: string };

  constructor(reason?: string) {
    this.facts = reason === undefined ? {} : { reason };
  }
}

/** Hand this task out again after so many seconds, or at that time. Not a failure. */
export function delay(when: number | Date, reason?: string): Delay {
  return new Delay(when, reason);
}

/** This worker cannot do the task now; give it to someone else. Not a failure. */
export function reject(reason?: string): Reject {
  return new Reject(reason);
}

export function isDelay(value: unknown): value is Delay {
  return value instanceof Delay;
}

export function isReject(value: unknown): value is Reject {
  return value instanceof Reject;
}
