/**
 * The states of everything that moves, and the moves between them. Written once: the database's CHECKs, the API's enums, the faces
 * in `components/status/` and docs/glossary.md are derived from these tables or tested against them.
 */

/**
 * What became of one node of one instance.
 *
 * - `pending`: latched; its trigger rule is not decided yet. The engine moves it on.
 * - `delayed`: its turn has come, but a delay, a retry's backoff or the worker's own `delay` holds it until its due time. The sweep
 *   moves it on.
 * - `ready`: waiting for a worker. A claim or a push moves it on. Waiting here is never a timeout.
 * - `dispatched`: handed out, no start heard yet. The worker's `start`, or the dispatch timeout, moves it on.
 * - `running`: a worker is on it. A report, or a run or heartbeat timeout, moves it on.
 * - `succeeded`, `failed`, `cancelled`: final, after it ran or was to run.
 * - `skipped`: final; its trigger rule can no longer hold because branches were not taken.
 * - `upstream_failed`: final; its trigger rule can no longer hold because something before it failed.
 *
 * A person's `retry` is the only way out of a final state; it starts the node over at `pending`.
 */
export const TASK_MOVES = {
  pending: ['delayed', 'ready', 'succeeded', 'failed', 'skipped', 'upstream_failed', 'cancelled'],
  delayed: ['ready', 'succeeded', 'failed', 'cancelled'],
  ready: ['dispatched', 'running', 'succeeded', 'failed', 'cancelled'],
  dispatched: ['running', 'ready', 'delayed', 'succeeded', 'failed', 'cancelled'],
  running: ['ready', 'delayed', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['pending'],
  skipped: ['pending'],
  upstream_failed: ['pending'],
  cancelled: ['pending'],
} as const satisfies Record<string, readonly string[]>;

export type TaskStatus = keyof typeof TASK_MOVES;

export const TASK_STATUSES = Object.keys(TASK_MOVES) as [TaskStatus, ...TaskStatus[]];

/**
 * Where a run stands.
 *
 * - `scheduled`: its `runAt` lies ahead. The sweep moves it on.
 * - `queued`: waits for a slot of its workflow (`maxRunning`) or for the switch. Admission moves it on.
 * - `running`: something in it is live. The engine moves it on.
 * - `paused`: like running, but nothing new is handed out; reports still count. A person resumes it.
 * - `succeeded`, `failed`, `cancelled`: final. `retry` brings a failed or cancelled one back to `running`,
 *   or to `queued` where its workflow has a limit.
 */
export const INSTANCE_MOVES = {
  scheduled: ['queued', 'cancelled'],
  queued: ['running', 'cancelled'],
  running: ['paused', 'succeeded', 'failed', 'cancelled'],
  paused: ['running', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['queued', 'running'],
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

/**
 * How one attempt (one hand-out to a worker) ended.
 *
 * - `succeeded`, `failed`: the worker said so, or a timeout did.
 * - `delayed`: the worker asked for the task later; not a failure, counted.
 * - `rejected`: the worker could not take it now; given to someone else.
 * - `cancelled`: the instance, or the node, was cancelled under it.
 */
export const ATTEMPT_OUTCOMES = [
  'succeeded',
  'failed',
  'delayed',
  'rejected',
  'cancelled',
] as const;

export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Why an attempt failed: said by the worker, found by the sweep, or found by Latchwork itself. */
export const FAILURE_CODES = [
  'error',
  'exception',
  'dispatch_timeout',
  'run_timeout',
  'heartbeat_timeout',
  'total_timeout',
  'delivery_failed',
  'rejected',
  'expression',
  'output_schema',
  'cancelled',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** A version is drawn as `draft`, never changes once `published`, and starts no new instance once `retired`. */
export const VERSION_STATUSES = ['draft', 'published', 'retired'] as const;

export type VersionStatus = (typeof VERSION_STATUSES)[number];
