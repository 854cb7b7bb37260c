/** What alerts are made of: the kinds of rules with what each asks for. One zod schema per kind; the API, the forms and the rows share them. */
import * as z from 'zod';

export const ALERT_LEVELS = ['info', 'warning', 'critical'] as const;

export type AlertLevel = (typeof ALERT_LEVELS)[number];

const seconds = (lowest: number, highest: number) => z.number().min(lowest).max(highest);

const DAY_SECONDS = 86_400;

/** Waiting tasks and instances are counted no further than this, however many there are. */
export const MOST_COUNTED = 100_000;

export const ALERT_PARAMS = {
  /** An instance ended as failed. */
  instance_failed: z.strictObject({}),
  /** Of the instances that ended within the window, more than so many percent failed. */
  failure_rate: z.strictObject({
    percent: z.number().min(0).max(100).meta({ description: 'fires above it' }),
    windowSeconds: seconds(60, DAY_SECONDS).default(600).meta({ description: 'in whole minutes' }),
    minimum: z.int().min(1).default(10).meta({ description: 'ended instances to judge by' }),
  }),
  /** A task was handed out longer ago than this and has not ended. */
  task_stuck: z.strictObject({ olderThanSeconds: seconds(1, 365 * DAY_SECONDS) }),
  /** More than `count` wait, or one waits longer than `olderThanSeconds`. */
  backlog: z
    .strictObject({
      of: z
        .enum(['tasks', 'instances'])
        .default('tasks')
        .meta({ description: 'ready tasks of a work, or queued instances of a workflow' }),
      count: z.int().min(1).max(MOST_COUNTED).optional(),
      olderThanSeconds: seconds(1, 365 * DAY_SECONDS).optional(),
    })
    .refine(({ count, olderThanSeconds }) => (count ?? olderThanSeconds) !== undefined, {
      message: 'needs `count` or `olderThanSeconds`',
    }),
  /** So many dispatch timeouts of a work within the window. */
  dispatch_timeout: z.strictObject({
    count: z.int().min(1).default(1),
    windowSeconds: seconds(60, DAY_SECONDS).default(600).meta({ description: 'in whole minutes' }),
  }),
  /** Pushes of a work get no answer: one task was sent in vain so often. Or an endpoint of notifications fails, or was switched off for it. */
  endpoint_down: z.strictObject({ deliveries: z.int().min(1).max(1_000).default(3) }),
  /** Tasks of a work have waited so long, and nobody has asked for them. */
  no_worker: z.strictObject({ olderThanSeconds: seconds(20, DAY_SECONDS).default(60) }),
  /** A delivery was given up: a push that its endpoint refused, or a notification after its last try. */
  dead_letter: z.strictObject({}),
} as const;

export type AlertKind = keyof typeof ALERT_PARAMS;

export const ALERT_KINDS = Object.keys(ALERT_PARAMS) as [AlertKind, ...AlertKind[]];

export type AlertParams = { readonly [Kind in AlertKind]: z.output<(typeof ALERT_PARAMS)[Kind]> };

/**
 * Kinds whose findings are things that happened, each worth counting. The others are conditions, which hold or do not. What happened cannot
 * un-happen: such an alert ends in silence once nothing more has come for its quiet period; a condition that is over says so.
 */
export const COUNTED_KINDS: ReadonlySet<AlertKind> = new Set(['instance_failed', 'dead_letter']);

/** Which names a rule of the kind can be narrowed to. */
export const SCOPE_OF: Readonly<Record<AlertKind, 'workflow' | 'work' | 'either' | 'none'>> = {
  instance_failed: 'workflow',
  failure_rate: 'workflow',
  task_stuck: 'work',
  backlog: 'either',
  dispatch_timeout: 'work',
  endpoint_down: 'work',
  no_worker: 'work',
  dead_letter: 'none',
};

export const ALERT_STATES = [
  /** It holds, or happened lately; its channels are told. */
  'firing',
  /** A person has it in hand: no more messages, but for its end. */
  'acknowledged',
  /** Over. */
  'resolved',
] as const;

export type AlertState = (typeof ALERT_STATES)[number];
