/** What the server answered when it said no. */
export class LatchworkError extends Error {
  override readonly name = 'LatchworkError';
  readonly status: number;
  /** As the reference lists them: `not_found`, `stale_attempt`, … ; `http_<status>` if something else than Latchwork answered. */
  readonly code: string;
  /** The whole answer, if it was a problem+json. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    facts: { status: number; code: string; problem?: Record<string, unknown> },
  ) {
    super(message);
    this.status = facts.status;
    this.code = facts.code;
    this.problem = facts.problem ?? {};
  }
}

type FailureFacts = {
  /** Your own code, for people and for conditions. */
  readonly code?: string;
  readonly details?: unknown;
  readonly cause?: unknown;
};

/** Thrown by a handler: the task failed, and another attempt may help. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly code: string | undefined;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    facts: FailureFacts & {
      /** No retry earlier than this, whatever the policy says. */
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.details = facts.details;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Thrown by a handler: the task failed, and no other attempt would do better. */
export class NonRetryableError extends Error {
  override readonly name = 'NonRetryableError';
  readonly code: string | undefined;
  readonly details: unknown;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.details = facts.details;
  }
}

/** The reason of a task's signal: nobody waits for its result any more. */
export class TaskAborted extends Error {
  override readonly name = 'TaskAborted';
  /** `lost`: the attempt timed out and may be with another worker. `stopping`: this worker gave it back. */
  readonly why: 'cancelled' | 'lost' | 'stopping';

  constructor(why: 'cancelled' | 'lost' | 'stopping', message: string) {
    super(message);
    this.why = why;
  }
}

/** `fetch` says only "fetch failed"; the reason is in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;

  return cause instanceof Error
    ? `${error.message} (${cause.message || cause.name})`
    : error.message;
}
