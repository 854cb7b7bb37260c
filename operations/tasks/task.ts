import * as z from 'zod';
import { json } from '#engine/json.ts';
import { ATTEMPT_OUTCOMES, TASK_STATUSES } from '#engine/states.ts';
import { instant } from '../page.ts';

const NODE_TYPES = [
  'start',
  'end',
  'task',
  'http',
  'script',
  'route',
  'fanout',
  'workflow',
  'wait',
  'signal',
  'notify',
] as const;

const failure = z.object({ code: z.string(), message: z.string() });

export const taskSummary = z
  .object({
    id: z.string().meta({ description: '`<instance id>_<node key>`' }),
    key: z.string().meta({ description: 'key of the node' }),
    type: z.enum(NODE_TYPES),
    name: z.string(),
    work: z.string().nullable(),
    status: z.enum(TASK_STATUSES),
    attempts: z.int().meta({ description: 'hand-outs so far' }),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    dueAt: instant.nullable().meta({ description: 'end of a delay, or the nearest timeout' }),
    progress: z.number().nullable().meta({ description: 'from 0 to 1, as the worker says' }),
    error: failure.nullable(),
    segments: z
      .object({ total: z.int(), succeeded: z.int(), failed: z.int(), open: z.int() })
      .nullable()
      .meta({ description: 'of a fan-out' }),
    branches: z
      .array(z.string())
      .nullable()
      .meta({ description: 'that a route took; null before it has, and for other nodes' }),
    childId: z.uuid().nullable().meta({ description: 'the child instance that it runs or ran' }),
    folded: z.boolean().meta({
      description:
        'a start or end that the plan does without: it follows the nodes before it, and can be neither marked nor started over',
    }),
  })
  .meta({ id: 'TaskSummary', description: 'One node of one instance.' });

export type TaskSummary = z.infer<typeof taskSummary>;

export const attempt = z
  .object({
    number: z.int(),
    segment: z.int().nullable(),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable().meta({ description: 'null: still live' }),
    code: z.string().nullable().meta({ description: 'why it failed' }),
    error: z
      .object({
        message: z.string(),
        code: z.string().optional().meta({ description: "the worker's own code" }),
        stack: z.string().optional(),
        details: json.optional(),
      })
      .nullable(),
    input: json.nullable(),
    output: json.nullable(),
    worker: z.string().nullable(),
    childId: z.uuid().nullable().meta({ description: 'the child instance that it runs or ran' }),
    remote: json.nullable().meta({
      description:
        'of an `http` node whose service is or was at work: its answer to the first request',
    }),
    dispatchedAt: instant.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Attempt', description: 'One hand-out of a task or segment to a worker.' });

export type Attempt = z.infer<typeof attempt>;

const delivery = z
  .object({
    tries: z.int().meta({ description: 'pushes of the present attempt in vain' }),
    message: z.string().meta({ description: 'why the last of them was' }),
    at: instant,
  })
  .nullable();

export const task = taskSummary
  .extend({
    input: json.nullable(),
    output: json.nullable(),
    worker: z.string().nullable(),
    delivery: delivery.meta({
      description:
        'of a task that is to be pushed again: what went wrong so far. Null for others, for those of which nothing is known, and for ' +
        'fan-outs, whose segments say it',
    }),
    attemptList: z.array(attempt).meta({ description: 'the newest 50, newest first' }),
  })
  .meta({ id: 'Task', description: 'One node of one instance, with its data and attempts.' });

export type Task = z.infer<typeof task>;

export const segment = z
  .object({
    id: z.string().meta({ description: '`<task id>_<order>`' }),
    order: z.int(),
    status: z.enum(TASK_STATUSES),
    attempts: z.int(),
    worker: z.string().nullable(),
    delivery: delivery.meta({ description: 'as of a task: of one that is to be pushed again' }),
    error: failure.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    output: json.optional(),
  })
  .meta({ id: 'Segment', description: 'One of the parallel children of a fan-out.' });

export type Segment = z.infer<typeof segment>;
