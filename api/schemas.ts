/** Answers that only the API gives: what an operation says of each item, with what HTTP adds. */
import * as z from 'zod';
import { json } from '#engine/json.ts';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import { instant } from '#operations/page.ts';
import { problem } from '#operations/drafts/problem.ts';
import { storedDefinition } from '#operations/versions/version.ts';
import { workflow } from '#operations/workflows/workflow.ts';
import { fieldError } from './problem.ts';

export const problems = z.object({ problems: z.array(problem).readonly() });

export const claimedTask = z
  .object({
    id: z
      .string()
      .meta({ description: '`<instance id>_<node key>`, and `_<order>` for a segment' }),
    instanceId: z.string(),
    objectId: z.string(),
    workflow: z.string(),
    version: z.int(),
    task: z.string().meta({ description: 'key of the node' }),
    work: z.string(),
    segment: z.object({ order: z.int(), count: z.int() }).readonly().nullable(),
    input: json,
    attempt: z.int(),
    priority: z.int(),
    token: z.string().meta({ description: 'name of this attempt in every report; a secret' }),
    deadlines: z
      .object({
        startBy: instant.nullable().meta({ description: 'report `start` by then' }),
        runBy: instant.nullable(),
        heartbeatSeconds: z
          .number()
          .nullable()
          .meta({ description: 'give a sign of life at least this often' }),
      })
      .readonly(),
    reportUrl: z.string().meta({ description: 'takes reports of this attempt without an API key' }),
  })
  .meta({ id: 'ClaimedTask', description: 'A task that was handed to a worker.' });

export const reportAccepted = z.object({ ok: z.literal(true) }).meta({ id: 'ReportAccepted' });

export const reportResult = z
  .union([
    reportAccepted,
    z.object({
      ok: z.literal(false),
      code: z.enum(['stale_attempt', 'invalid_request']),
      message: z.string(),
      cancelled: z.boolean().optional().meta({ description: 'stop: the task was cancelled' }),
      errors: z.array(fieldError).readonly().optional(),
    }),
  ])
  .meta({ id: 'ReportResult' });

export const createResult = z
  .union([
    z.object({
      ok: z.literal(true),
      id: z.string(),
      deduplicated: z.boolean().meta({ description: 'its `dedupeKey` was there already' }),
    }),
    z.object({
      ok: z.literal(false),
      code: z.enum(['invalid_request', 'not_found', 'no_published_version', 'object_busy']),
      message: z.string(),
      errors: z.array(fieldError).readonly().optional(),
      busyWith: z.string().optional().meta({ description: 'the instance that has the object' }),
    }),
  ])
  .meta({ id: 'CreateResult' });

export const moveResult = z
  .union([
    z.object({
      id: z.string(),
      ok: z.literal(true),
      newId: z
        .string()
        .optional()
        .meta({ description: 'the instance that came of it, of a rerun' }),
    }),
    z.object({
      id: z.string(),
      ok: z.literal(false),
      code: z.enum(['not_found', 'conflict']),
      message: z.string(),
      status: z.enum(INSTANCE_STATUSES).optional().meta({
        description: 'of the instance, where that alone refuses the move',
      }),
    }),
  ])
  .meta({ id: 'MoveResult' });

export const imported = z
  .object({
    workflow,
    definition: storedDefinition,
    works: z.array(z.string()).readonly().meta({ description: 'keys of the works that were made' }),
    notCarried: z
      .array(z.object({ pointer: z.string(), message: z.string() }))
      .readonly()
      .meta({ description: 'what the document said that could not be carried over' }),
  })
  .meta({ id: 'Imported' });

/** Of the live stream: ids only, whoever hears of them reads them again. */
export type ChangeEvent = { readonly topics: readonly string[]; readonly ids: readonly string[] };
