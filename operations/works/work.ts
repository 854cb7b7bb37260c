import * as z from 'zod';
import { retryPolicy, timeouts, workKey } from '#engine/definition.ts';
import { jsonObject } from '#engine/json.ts';
import { instant } from '../page.ts';

export const DELIVERIES = ['pull', 'push'] as const;

export const rate = z
  .strictObject({
    limit: z.int().min(1).max(1_000_000),
    perSeconds: z.number().positive().max(86_400),
  })
  .meta({ description: 'at most so many hand-outs in so many seconds' });

export const work = z
  .object({
    key: workKey,
    name: z.string(),
    description: z.string(),
    delivery: z.enum(DELIVERIES).meta({ description: 'workers claim its tasks, or are sent them' }),
    url: z.string().nullable().meta({ description: 'where a pushed work is sent' }),
    startReport: z
      .boolean()
      .meta({ description: 'a hand-out is not yet a start: the worker reports when it begins' }),
    timeouts,
    retry: retryPolicy.nullable(),
    maxConcurrent: z.int().meta({ description: 'tasks handed out at once; 0: no limit' }),
    rate: rate.nullable(),
    inputSchema: jsonObject
      .nullable()
      .meta({ description: 'JSON Schema of the input of its tasks' }),
    outputSchema: jsonObject
      .nullable()
      .meta({ description: 'JSON Schema that an output must satisfy' }),
    ready: z.int().meta({ description: 'tasks waiting for a worker; counted up to 10,000' }),
    running: z.int().meta({ description: 'tasks handed out; counted up to 10,000' }),
    lastClaimAt: instant.nullable().meta({ description: 'when a worker last asked for its tasks' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Work', description: 'A reusable kind of task and how it is delivered.' });

export type Work = z.infer<typeof work>;
