import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import { workflowKey } from '#engine/definition.ts';
import { TRIGGER_NAMES } from '#engine/expression/scope.ts';
import { json, recordOf } from '#engine/json.ts';
import { checkRecipe } from '#engine/schedule/check_recipe.ts';
import { compileRecipe, type Recipe } from '#engine/schedule/recipe.ts';
import type { Context } from '../context.ts';
import { instant, labels, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { templateFault } from '../schedules/schedule.ts';
import {
  findStarter,
  noStarter,
  type StarterKind,
  type StarterName,
} from '../workflows/starters.ts';
import { SIGNATURE_KINDS, signatureInput, type Signature } from './signature.ts';

const LONGEST_TEMPLATE = 10_000;

/** What a request becomes: templates over `body`, `headers` (names in lower case) and `query`. */
export const mappingSettings = {
  objectId: z
    .string()
    .min(1)
    .max(LONGEST_TEMPLATE)
    .meta({ description: 'template over `body`, `headers`, `query`' }),
  input: json.meta({ description: 'template over the same' }),
  labels,
  dedupeKey: z.string().min(1).max(LONGEST_TEMPLATE).nullable().meta({
    description:
      'template over the same: a second request that gives the same key makes no second instance. Null: the id that Standard Webhooks or GitHub give their message',
  }),
  when: z.string().min(1).max(LONGEST_TEMPLATE).nullable().meta({
    description: 'expression over the same; where it is false, the request is ignored',
  }),
};

/** The settings of a trigger that people change, shared by create and change. */
export const triggerSettings = {
  name: z.string().trim().min(1).max(200).meta({ description: 'for people; default: the key' }),
  enabled: z.boolean(),
  signature: signatureInput.meta({ description: 'how senders prove that a request is theirs' }),
  ...mappingSettings,
  priority: z
    .int()
    .min(-10_000)
    .max(10_000)
    .nullable()
    .meta({ description: "of its instances; null: the workflow's" }),
};

export const triggerKey = workflowKey.meta({ description: 'unique within the workflow' });

export const trigger = z
  .object({
    id: z.uuid(),
    key: triggerKey,
    ...triggerSettings,
    signature: z
      .object({
        kind: z.enum(SIGNATURE_KINDS),
        header: z.string().optional(),
        prefix: z.string().optional(),
        encoding: z.enum(['hex', 'base64']).optional(),
      })
      .meta({ description: 'without its secret, see getTriggerSecrets' }),
    workflow: z.string().meta({ description: 'key of the workflow' }),
    lastAt: instant.nullable().meta({ description: 'of the last request that was vouched for' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Trigger', description: 'Makes an instance of each request to its URL.' });

export type Trigger = z.infer<typeof trigger>;

export const DELIVERY_OUTCOMES = ['started', 'repeated', 'ignored', 'refused', 'failed'] as const;

export const mappingError = z.object({
  pointer: z.string().meta({ description: 'JSON Pointer to the text, in the mapping' }),
  message: z.string(),
  start: z.int().meta({ description: 'character in that text' }),
  end: z.int(),
});

export const triggerDelivery = z
  .object({
    id: z.string(),
    at: instant,
    outcome: z.enum(DELIVERY_OUTCOMES).meta({
      description:
        '`repeated`: its instance was there already; `ignored`: by the condition; `refused`: not signed as it must be; `failed`: no instance could be made',
    }),
    status: z.int().meta({ description: 'of the answer' }),
    instanceId: z.uuid().nullable(),
    message: z.string().nullable(),
    errors: z.array(mappingError),
    headers: z.record(z.string(), z.string()).meta({ description: 'without secrets' }),
    body: z.string().nullable().meta({ description: 'its first 16 KB' }),
  })
  .meta({ id: 'TriggerDelivery', description: 'A request to a trigger, and what became of it.' });

export type TriggerDelivery = z.infer<typeof triggerDelivery>;

/** As the table holds it. */
export type TriggerRow = Omit<Trigger, 'signature' | 'lastAt' | 'createdAt' | 'updatedAt'> & {
  readonly projectId: number;
  readonly workflowId: number;
  readonly token: string;
  readonly previousUntil: Date | null;
  readonly signature: Signature;
  readonly lastAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Columns of `trigger s` joined with `workflow w`. */
export function triggerColumns(sql: Queryable) {
  return sql`
    s.project_id as "projectId", s.id, s.workflow_id as "workflowId", w.key as workflow, s.key,
    s.name, s.enabled, s.token, s.previous_until as "previousUntil", s.signature,
    s.object_id as "objectId", s.input, s.labels, s.dedupe_key as "dedupeKey",
    s.condition as "when", s.priority, s.last_at as "lastAt", s.created_at as "createdAt",
    s.updated_at as "updatedAt"
  `;
}

export function triggerOf(row: TriggerRow): Trigger {
  const { signature } = row;

  return {
    id: row.id,
    workflow: row.workflow,
    key: row.key,
    name: row.name,
    enabled: row.enabled,
    signature:
      signature.kind === 'hmac'
        ? {
            kind: signature.kind,
            header: signature.header,
            prefix: signature.prefix,
            encoding: signature.encoding,
          }
        : { kind: signature.kind },
    objectId: row.objectId,
    input: row.input,
    labels: row.labels,
    dedupeKey: row.dedupeKey,
    when: row.when,
    priority: row.priority,
    lastAt: toInstant(row.lastAt),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export type TriggerName = StarterName;

export const TRIGGERS: StarterKind<TriggerRow, Trigger> = {
  table: 'trigger',
  columns: triggerColumns,
  show: triggerOf,
};

/** One trigger of a workflow; undefined for none, also where `id` is no id. */
export function findTrigger(
  ctx: Context,
  sql: Queryable,
  name: TriggerName,
  options?: { readonly lock: boolean },
): Promise<TriggerRow | undefined> {
  return findStarter(ctx, sql, TRIGGERS, name, options);
}

export function noTrigger(name: TriggerName): Refusal {
  return noStarter(TRIGGERS, name);
}

export type Mapping = Pick<TriggerRow, 'objectId' | 'input' | 'labels' | 'dedupeKey' | 'when'>;

export function compileMapping(mapping: Mapping) {
  return compileRecipe(recipeOf(mapping), TRIGGER_NAMES);
}

function recipeOf({ objectId, input, labels, dedupeKey, when }: Mapping): Recipe {
  return { objectId, input, labels, dedupeKey, when };
}

/** A refusal that names each fault of a mapping with its place. */
export function faultsOf(mapping: Mapping): Refusal | null {
  const errors = checkRecipe(recipeOf(mapping), TRIGGER_NAMES).map(templateFault);
  const [first] = errors;
  return first === undefined
    ? null
    : refuse('invalid_request', `The mapping cannot work: ${first.message}.`, { errors });
}

/** 192 random bits: the capability in the URL of a trigger. */
export function makeToken(): string {
  return `hook_${randomBytes(24).toString('base64url')}`;
}

export const hookAnswer = z
  .object({
    outcome: z.enum(['started', 'repeated', 'ignored']),
    instanceId: z.uuid().nullable(),
  })
  .meta({ id: 'HookAnswer', description: 'What a request to a hook came to.' });

export const triedMapping = z
  .object({
    outcome: z.enum(['made', 'ignored', 'failed']),
    made: z
      .object({
        objectId: z.string(),
        input: json,
        labels: z.record(z.string(), z.string()),
        dedupeKey: z.string().nullable(),
      })
      .nullable(),
    errors: z.array(mappingError),
  })
  .meta({ id: 'TriedMapping', description: 'What a mapping would make of a request.' });

export const tryMappingInput = z
  .strictObject(mappingSettings)
  .partial()
  .extend({
    body: json.optional(),
    headers: recordOf(z.string(), z.string()).optional(),
    query: recordOf(z.string(), z.string()).optional(),
  });
