/**
 * Why something is not finished: every reason there is, what it says about the case at hand, and what would move it on. Written once:
 * the API's answer, the words of the pages and docs/why.md are derived from this table or tested against it.
 */
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { timeWindow, TRIGGER_RULES } from '../definition.ts';
import { INSTANCE_STATUSES } from '../states.ts';

/** What moves the thing on: see `unblockedBy` of a reason. `nothing`: it has ended, and says why it never ran. */
export const MOVERS = [
  'upstream',
  'slot',
  'time',
  'person',
  'worker',
  'service',
  'signal',
  'child',
  'scheduler',
  'nothing',
] as const;

export type Mover = (typeof MOVERS)[number];

const instant = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC' });
const count = z.int().min(0);
const ahead = count.nullable().meta({
  description: 'how many come before it, counted up to 1,000; null: not in line',
});
const rule = z.enum(TRIGGER_RULES);
const keys = z.array(z.string()).meta({ description: 'keys of nodes, 20 at most' });

export const REASONS = {
  /** Nodes before it have not ended, and its trigger rule is not decided yet. */
  upstream_pending: {
    unblockedBy: 'upstream',
    params: z.object({ finished: count, total: count, rule, waitingFor: keys }),
  },
  /** As many instances of its workflow run as may. */
  slot_limit: {
    unblockedBy: 'slot',
    params: z.object({
      workflow: z.string(),
      running: count,
      limit: count,
      order: z.enum(['fifo', 'lifo']),
      ahead,
    }),
  },
  /** As many tasks of its work are handed out as may be. */
  work_concurrency: {
    unblockedBy: 'slot',
    params: z.object({ work: z.string(), running: count, limit: count }),
  },
  /** The hand-outs that the rate of its work allows are used up for the moment. */
  rate_limit: {
    unblockedBy: 'time',
    params: z.object({ work: z.string(), limit: count, perSeconds: z.number() }),
  },
  /** Another instance has its object id. */
  object_busy: {
    unblockedBy: 'upstream',
    params: z.object({ objectId: z.string(), instance: z.uuid().nullable() }),
  },
  /** Its workflow is switched off. */
  workflow_disabled: {
    unblockedBy: 'person',
    params: z.object({ workflow: z.string(), ahead }),
  },
  /** A person paused the instance: nothing of it is handed out. */
  paused: {
    unblockedBy: 'person',
    params: z.object({ by: z.string().nullable(), reason: z.string().nullable() }),
  },
  /** It is not to begin, or to go on, before a certain time. */
  scheduled_later: {
    unblockedBy: 'time',
    params: z.object({
      kind: z.enum(['run_at', 'delay', 'window', 'wait', 'worker', 'rejected']).meta({
        description:
          "the instance's `runAt`; the node's delay or window; a `wait` node; a worker's `delay` or `reject`",
      }),
      window: timeWindow.nullable(),
    }),
  },
  /** Its last attempt failed; it is tried again after a while. */
  retry_backoff: {
    unblockedBy: 'time',
    params: z.object({
      failures: count,
      limit: count.nullable().meta({ description: 'failures that are retried' }),
      code: z.string(),
      message: z.string().nullable(),
    }),
  },
  /** Handed out; whoever has it has not said that it began. */
  pushed_not_started: {
    unblockedBy: 'worker',
    params: z.object({
      work: z.string(),
      worker: z.string().nullable(),
      delivering: z.boolean().meta({ description: 'the request to its endpoint is under way' }),
    }),
  },
  /** Its start is overdue, but no later hand-out of the work has begun: it is taken to wait in a queue, not to be lost. */
  push_backlog_hold: {
    unblockedBy: 'worker',
    params: z.object({ work: z.string(), dispatchSeconds: z.number() }),
  },
  /** No worker asks for tasks of its work, or the endpoint of its work does not answer. */
  no_reachable_worker: {
    unblockedBy: 'worker',
    params: z.object({
      work: z.string(),
      delivery: z.enum(['pull', 'push']),
      lastClaimAt: instant.nullable(),
      inHand: count.meta({ description: 'tasks of it that workers have, counted up to 1,000' }),
      deliveries: count.meta({ description: 'pushes in vain, of the worst task' }),
      message: z.string().nullable().meta({ description: 'why the last of them was' }),
    }),
  },
  /** Its turn has come; the next one to ask for its work gets it, after those that are ahead. */
  ready: {
    unblockedBy: 'worker',
    params: z.object({ work: z.string().nullable(), ahead }),
  },
  /** It is being worked on. */
  running: {
    unblockedBy: 'worker',
    params: z.object({
      worker: z.string().nullable(),
      attempt: count,
      progress: z.number().nullable(),
      lastSeenAt: instant.nullable().meta({ description: 'its last sign of life, if it owes any' }),
    }),
  },
  /** An external service has the work: it is asked again later, or calls back. */
  waiting_callback: {
    unblockedBy: 'service',
    params: z.object({ kind: z.enum(['status', 'callback']) }),
  },
  /** Not all segments have ended. */
  segments_incomplete: {
    unblockedBy: 'upstream',
    params: z.object({
      total: count,
      succeeded: count,
      failed: count,
      underWay: count,
      inLine: count.meta({ description: 'wait for room: see `maxParallel`' }),
    }),
  },
  /** Its child instance has not ended. */
  subworkflow_running: {
    unblockedBy: 'child',
    params: z.object({
      workflow: z.string(),
      instance: z.uuid().nullable(),
      status: z.enum(INSTANCE_STATUSES).nullable(),
    }),
  },
  /** It waits for a signal, or for somebody's approval. */
  waiting_signal: {
    unblockedBy: 'signal',
    params: z.object({ signal: z.string(), approval: z.boolean(), prompt: z.string() }),
  },
  /** The instance runs: some of its tasks are open. */
  tasks_open: {
    unblockedBy: 'upstream',
    params: z.object({ open: count, finished: count, total: count }),
  },
  /** What it was started for has let go of it: it is about to be cancelled. */
  cancel_requested: {
    unblockedBy: 'scheduler',
    params: z.object({ parent: z.uuid() }),
  },
  /** No worker process of Latchwork is alive: nobody admits, pushes, or looks at what is due. */
  scheduler_down: { unblockedBy: 'scheduler', params: z.object({}) },
  /** It was skipped: a route took other branches. */
  route_not_taken: {
    unblockedBy: 'nothing',
    params: z.object({
      routes: z.array(z.object({ route: z.string(), branch: z.string() })),
    }),
  },
  /** It was skipped: after what became of the nodes before it, its trigger rule cannot hold. */
  rule_not_met: { unblockedBy: 'nothing', params: z.object({ rule, skipped: keys }) },
  /** It could not run, because of failures before it. */
  upstream_failed: { unblockedBy: 'person', params: z.object({ failed: keys }) },
  /** A person skipped it, or ran only other nodes. */
  passed_over: { unblockedBy: 'nothing', params: z.object({}) },
} as const satisfies Record<string, { readonly unblockedBy: Mover; readonly params: z.ZodObject }>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];

export type ReasonParams = {
  readonly [Code in ReasonCode]: z.infer<(typeof REASONS)[Code]['params']>;
};

/** Where to look further. `id`: a node's key in this instance, a work's or workflow's key, an instance's id. */
export type ReasonLink = {
  readonly type: 'task' | 'work' | 'workflow' | 'instance';
  readonly id: string;
};

export type Reason = {
  readonly [Code in ReasonCode]: {
    readonly code: Code;
    readonly params: ReasonParams[Code];
    readonly unblockedBy: Mover;
    /** RFC 3339, UTC; null: not known. */
    readonly since: string | null;
    /** When time moves it on, or gives it up; null: not by time. */
    readonly unblocksAt: string | null;
    readonly links: readonly ReasonLink[];
    /** Of segments: of how many it is true. */
    readonly count?: number;
  };
}[ReasonCode];

/** Moments come in ms since the epoch. */
export type Because = {
  readonly since?: number | null;
  readonly unblocksAt?: number | null;
  readonly links?: readonly ReasonLink[];
};

export function because<Code extends ReasonCode>(
  code: Code,
  params: ReasonParams[Code],
  { since = null, unblocksAt = null, links = [] }: Because = {},
): Reason {
  // The table gives every code its params: TypeScript cannot follow that through the union.
  return {
    code,
    params,
    unblockedBy: REASONS[code].unblockedBy,
    since: moment(since),
    unblocksAt: moment(unblocksAt),
    links,
  } as Reason;
}

export function moment(ms: number | null): string | null {
  return ms === null
    ? null
    : Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'millisecond' });
}
