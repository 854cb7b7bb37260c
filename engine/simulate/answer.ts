import * as z from 'zod';
import { json } from '../json.ts';
import { ATTEMPT_OUTCOMES, FAILURE_CODES, TASK_STATUSES } from '../states.ts';

const at = z.number().meta({ description: 'seconds since the run began' });

export const simulatedAttempt = z
  .object({
    node: z.string(),
    segment: z.int().nullable(),
    number: z.int().meta({ description: 'from 1; 0: nobody was handed it' }),
    openedAt: at.meta({ description: 'its turn had come: it waits for a delay, a slot, a window' }),
    startedAt: at,
    endedAt: at,
    outcome: z.enum(ATTEMPT_OUTCOMES),
    code: z.enum(FAILURE_CODES).nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: 'SimulatedAttempt' });

const notGiven = z.array(z.string()).meta({
  description:
    'keys of nodes whose outputs the expression read that failed, though none was chosen',
});

export const simulatedNode = z
  .object({
    key: z.string(),
    type: z.string(),
    status: z.enum(TASK_STATUSES),
    openedAt: at.nullable().meta({ description: 'null: its turn never came' }),
    startedAt: at.nullable(),
    endedAt: at.nullable(),
    attempts: z.int(),
    input: json.nullable().meta({ description: 'as rendered; of a fan-out: of its first segment' }),
    output: json.nullable(),
    error: z.object({ code: z.enum(FAILURE_CODES), message: z.string(), notGiven }).nullable(),
    expressionError: z
      .object({ expression: z.string(), message: z.string(), start: z.int(), end: z.int() })
      .nullable()
      .meta({ description: 'where in which expression it failed' }),
    branches: z.array(z.string()).nullable().meta({ description: 'that a route took' }),
    segments: z.object({ total: z.int(), succeeded: z.int(), failed: z.int() }).nullable(),
    because: z
      .array(
        z.object({
          node: z.string(),
          status: z.enum(TASK_STATUSES),
          branch: z.string().nullable().meta({ description: 'that the route did not take' }),
        }),
      )
      .nullable()
      .meta({ description: 'of a node that never ran: what decided that' }),
  })
  .meta({ id: 'SimulatedNode' });

export const simulated = z
  .object({
    status: z
      .enum(['succeeded', 'failed', 'cancelled', 'unfinished'])
      .meta({ description: 'unfinished: `stopped` says why' }),
    stopped: z.string().nullable(),
    seconds: at.meta({ description: 'how long it all takes' }),
    output: json.nullable(),
    error: z
      .object({
        task: z.string().nullable(),
        code: z.enum(FAILURE_CODES),
        message: z.string(),
        notGiven,
      })
      .nullable(),
    nodes: z.array(simulatedNode),
    timeline: z.array(simulatedAttempt).meta({ description: 'every attempt, as they ended' }),
    criticalPath: z
      .object({
        seconds: at,
        nodes: z.array(z.object({ key: z.string(), from: at, to: at })),
      })
      .meta({ description: 'the chain of nodes that the end of the run waited for' }),
    steps: z.int(),
  })
  .meta({ id: 'Simulated', description: 'What would become of a run.' });

export type Simulated = z.infer<typeof simulated>;
export type SimulatedNode = z.infer<typeof simulatedNode>;
export type SimulatedAttempt = z.infer<typeof simulatedAttempt>;
