import type { HttpAnswer } from '#engine/expression/scope.ts';

/** What an attempt knows of the service that it drives: `task.remote`, and `attempt.remote` when it has ended. */
export type Remote = {
  readonly submit: HttpAnswer;
  /** The latest answers to status requests, in a row, that no condition could read. */
  readonly unread?: number;
};
