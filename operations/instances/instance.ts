import * as z from 'zod';
import { json, jsonObject } from '#engine/json.ts';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import { instant, labels } from '../page.ts';
import { taskSummary } from '../tasks/task.ts';

export const instance = z
  .object({
    id: z.uuid(),
    workflow: z.string().meta({ description: 'key of the workflow' }),
    workflowName: z.string(),
    version: z.int(),
    objectId: z.string().meta({ description: 'what the run is about, in your words' }),
    status: z.enum(INSTANCE_STATUSES),
    priority: z.int(),
    labels,
    error: z
      .object({ task: z.string().nullable(), code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'the first task that failed for good' }),
    progress: z
      .object({ total: z.int(), finished: z.int(), failed: z.int(), open: z.int() })
      .meta({ description: 'nodes' }),
    createdAt: instant,
    runAt: instant.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Instance', description: 'One run of one version for one object id.' });

export type Instance = z.infer<typeof instance>;

export const instanceDetail = instance
  .extend({
    input: json,
    context: jsonObject,
    output: json.nullable(),
    dedupeKey: z.string().nullable(),
    tasks: z.array(taskSummary).meta({ description: 'in the order of the plan' }),
  })
  .meta({ id: 'InstanceDetail', description: 'One run with its data and all its tasks.' });

export type InstanceDetail = z.infer<typeof instanceDetail>;

export const instanceEvent = z
  .object({
    id: z.string(),
    at: instant,
    type: z.string(),
    actor: z.string(),
    message: z.string(),
    data: jsonObject,
  })
  .meta({
    id: 'InstanceEvent',
    description: 'A control move or notable turn: who, what, when, why.',
  });

export type InstanceEvent = z.infer<typeof instanceEvent>;

export const instanceCounts = z
  .object({
    counts: z.record(z.enum(INSTANCE_STATUSES), z.int()),
    capped: z.boolean().meta({ description: 'a count stopped at 10,000' }),
  })
  .meta({ id: 'InstanceCounts' });

export type InstanceCounts = z.infer<typeof instanceCounts>;
