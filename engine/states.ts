/**
 * The states of everything that moves, and the moves between them. Written once: the database's CHECKs, the API's enums, the faces
 * in `components/status/` and docs/glossary.md are derived from these tables or tested against them.
 */

/**
 * What became of one node of one instance, and what may become of it next by itself. A final state is left only by a person, who starts
 * the node over at `pending`; a person's restart or mark takes any other state back there too. The comments are the pages' words as
 * well: `npm run docs:states` writes them into docs/states.md.
 */
export const TASK_MOVES = {
  /** Latched: its trigger rule is not decided yet; of a segment: others go first. Moved on by the engine. */
  pending: ['delayed', 'ready', 'succeeded', 'failed', 'skipped', 'upstream_failed', 'cancelled'],
  /** Its turn has come, but a delay, a window, a wait, a retry's wait or the worker's own `delay` holds it. Moved on by the sweep, when it is due. */
  delayed: ['ready', 'succeeded', 'failed', 'cancelled'],
  /** Waits for a worker; this is never a timeout. Moved on by a claim or a push. */
  ready: ['dispatched', 'running', 'succeeded', 'failed', 'cancelled'],
  /** Handed out, no start heard yet. Moved on by the worker's first report; the dispatch timeout. */
  dispatched: ['running', 'ready', 'delayed', 'succeeded', 'failed', 'cancelled'],
  /** A worker is on it; of a signal: it is waited for. Moved on by a report, or the signal; the run, heartbeat or total timeout. */
  running: ['ready', 'delayed', 'succeeded', 'failed', 'cancelled'],
  /** Final. Moved on by a person's restart. */
  succeeded: ['pending'],
  /** Final: its retries are used up, or no retry would help. Moved on by a person's retry, restart or mark. */
  failed: ['pending'],
  /** Final: its rule can no longer hold, since a branch was not taken; or a person left it out. Moved on by a person's retry, restart or mark. */
  skipped: ['pending'],
  /** Final: its rule can no longer hold, since something before it failed. Moved on by a person's retry, restart or mark. */
  upstream_failed: ['pending'],
  /** Final: the instance was cancelled, or ended, under it. Moved on by a person's retry, restart or mark. */
  cancelled: ['pending'],
} as const satisfies Record<string, readonly string[]>;

export type TaskStatus = keyof typeof TASK_MOVES;

export const TASK_STATUSES = Object.keys(TASK_MOVES) as [TaskStatus, ...TaskStatus[]];

/** Where a run stands, and where it may go next. A person's move brings one back to `queued` where its workflow has a limit. */
export const INSTANCE_MOVES = {
  /** Its `runAt` lies ahead. Moved on by the sweep, when the time has come. */
  scheduled: ['queued', 'cancelled'],
  /** Waits for a slot of its workflow (`maxRunning`), or for the switch. Moved on by admission. */
  queued: ['running', 'cancelled'],
  /** At least one of its nodes is live. Moved on by the engine; a person who pauses or cancels. */
  running: ['paused', 'succeeded', 'failed', 'cancelled'],
  /** Like running, but nothing new is handed out; reports still count. Moved on by a person who resumes it; the engine. */
  paused: ['running', 'succeeded', 'failed', 'cancelled'],
  /** Final: no leaf failed. Moved on by a person's restart. */
  succeeded: ['queued', 'running'],
  /** Final: a leaf failed or could not run because of a failure; or it timed out. Moved on by a person's retry, restart or mark. */
  failed: ['queued', 'running'],
  /** Final: a person cancelled it. Moved on by a person's retry or restart. */
  cancelled: ['queued', 'running'],
} as const satisfies Record<string, readonly string[]>;

export type InstanceStatus = keyof typeof INSTANCE_MOVES;

export const INSTANCE_STATUSES = Object.keys(INSTANCE_MOVES) as [
  InstanceStatus,
  ...InstanceStatus[],
];

/** The instance states that nothing but a person leaves. */
export const FINAL_INSTANCE_STATUSES = [
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly InstanceStatus[];

export function isFinalInstance(status: InstanceStatus): boolean {
  return (FINAL_INSTANCE_STATUSES as readonly InstanceStatus[]).includes(status);
}

/** How one attempt (one hand-out to a worker) ended. */
export const ATTEMPT_OUTCOMES = [
  /** The worker finished it. */
  'succeeded',
  /** The worker said so, a timeout did, or Latchwork found it: see the code. */
  'failed',
  /** The worker asked for the task later; not a failure. */
  'delayed',
  /** The worker gave it back; somebody else gets it after a short rest. */
  'rejected',
  /** The instance was cancelled, or ended, under it. */
  'cancelled',
] as const;

export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Why an attempt failed, and who found that. Whether a code is retried is for `decideRetry` to say. */
export const FAILURE_CODES = [
  /** The worker: `fail`; a child instance that failed; a person who marked it so. */
  'error',
  /** The worker: `raise`; a script that threw. */
  'exception',
  /** The sweep: no start was heard, and a later hand-out has started. */
  'dispatch_timeout',
  /** The sweep: it ran too long since its start; of a signal: nobody sent it in time. */
  'run_timeout',
  /** The sweep: no sign of life for too long. */
  'heartbeat_timeout',
  /** The sweep: all its attempts together took too long; of an instance: it did. */
  'total_timeout',
  /** The push, or the request of a node: the endpoint refused it, or could not be reached. */
  'delivery_failed',
  /** A person: the approval was refused. A worker's `reject` is no failure. */
  'rejected',
  /** The engine: a template or condition could not be evaluated. */
  'expression',
  /** The report: the output does not fit the schema of the work. */
  'output_schema',
  /** The child instance that it waited for was cancelled. */
  'cancelled',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

export const VERSION_STATUSES = [
  /** The one that is being drawn; need not be valid. */
  'draft',
  /** Never changes; what new instances run. */
  'published',
  /** Never changes; starts no new instance, those that run it go on. */
  'retired',
] as const;

export type VersionStatus = (typeof VERSION_STATUSES)[number];
