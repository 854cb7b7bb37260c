import * as z from 'zod';
import { nodeKey, retryPolicy, workKey } from '../definition.ts';
import { json, jsonObject, recordOf } from '../json.ts';
import { FAILURE_CODES } from '../states.ts';

const seconds = z.number().min(0).max(31_536_000);

/** How a node fares whenever it is handed out; of a fan-out: each segment. */
export const simulatedOutcome = z.strictObject({
  outcome: z.enum(['succeeded', 'failed']).optional().meta({ default: 'succeeded' }),
  output: json.optional().meta({ description: 'what it answers (default null)' }),
  seconds: seconds.optional().meta({ description: 'how long each attempt runs (default 1)' }),
  failTimes: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'fails so often before the outcome' }),
  code: z.enum(FAILURE_CODES).optional().meta({ default: 'error' }),
  message: z.string().max(4_000).optional(),
  retryable: z.boolean().optional().meta({ default: true }),
  context: jsonObject.optional().meta({ description: 'merged into the context when it succeeds' }),
  failedSegments: z
    .array(z.int().min(0))
    .max(1_000)
    .optional()
    .meta({ description: 'of a fan-out: these fail, the others have the outcome' }),
});

export type SimulatedOutcome = z.infer<typeof simulatedOutcome>;

export const simulation = z.strictObject({
  input: json.optional().meta({ description: 'of the instance (default {})' }),
  context: jsonObject.optional(),
  env: jsonObject.optional().meta({ description: "merged over the definition's" }),
  objectId: z.string().min(1).max(1_000).optional().meta({ default: 'simulated' }),
  now: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'when the run begins, for windows and waits (default: now)' }),
  outcomes: recordOf(nodeKey, simulatedOutcome).optional(),
  defaults: simulatedOutcome.optional().meta({ description: 'for nodes without an outcome' }),
  works: recordOf(
    workKey,
    z.strictObject({
      maxConcurrent: z.int().min(1).optional(),
      retry: retryPolicy.optional(),
    }),
  )
    .optional()
    .meta({ description: 'limits and retry policies of works' }),
  only: z.array(nodeKey).max(1_000).optional(),
  seed: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .optional()
    .meta({ description: 'places retries within their jitter (default: no jitter is drawn)' }),
  maxSteps: z.int().min(1).max(200_000).optional().meta({ default: 50_000 }),
});

export type SimulationRequest = z.infer<typeof simulation>;
