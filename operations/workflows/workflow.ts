import * as z from 'zod';
import { workflowKey } from '#engine/definition.ts';
import { instant, labels } from '../page.ts';

export const ADMISSION_ORDERS = ['fifo', 'lifo'] as const;

/** The settings of a workflow that people change, shared by create and change. */
export const workflowSettings = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(10_000),
  enabled: z.boolean().meta({ description: 'the switch: off admits no instance' }),
  maxRunning: z
    .int()
    .min(0)
    .max(1_000_000)
    .meta({ description: 'instances that may run at once; 0: no limit' }),
  order: z.enum(ADMISSION_ORDERS).meta({ description: 'which queued instance is admitted first' }),
  priority: z
    .int()
    .min(-100)
    .max(100)
    .meta({ description: 'of its instances, unless they say otherwise' }),
  labels,
};

export const workflow = z
  .object({
    key: workflowKey,
    ...workflowSettings,
    publishedVersion: z
      .int()
      .nullable()
      .meta({ description: 'what new instances run; null: none yet' }),
    hasDraft: z.boolean(),
    running: z.int().meta({ description: 'instances running or paused' }),
    queued: z.int().meta({ description: 'instances waiting for a slot' }),
    failed24h: z.int().meta({ description: 'instances of the last 24 hours that failed' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Workflow', description: 'A named pipeline and its settings.' });

export type Workflow = z.infer<typeof workflow>;
