import * as z from 'zod';
import { MAX_NODES, versionNumber } from '#engine/definition.ts';
import { json, recordOf } from '#engine/json.ts';
import { moment } from '../../moment.ts';
import { instanceEventsInput } from '../../notifications/events.ts';
import { webhookUrl } from '../../outbound_url.ts';
import type { FieldError } from '../../refusal.ts';

export const MOST_OBJECT_ID = 500;

export const createInstance = z.strictObject({
  objectId: z
    .string()
    .min(1)
    .max(MOST_OBJECT_ID)
    .meta({ description: 'what the run is for, in your words' }),
  input: json.optional(),
  version: versionNumber.optional().meta({ description: 'default: the published version' }),
  priority: z.int().min(-10_000).max(10_000).optional(),
  runAt: moment.optional(),
  only: z.array(z.string().max(200)).min(1).max(MAX_NODES).optional().meta({
    description: 'keys of the nodes to run; all others are skipped and count as succeeded',
  }),
  labels: recordOf(z.string().max(100), z.string().max(500)).optional(),
  dedupeKey: z.string().min(1).max(500).optional(),
  notifyUrl: webhookUrl.optional().meta({
    description: 'is told how the instance ended; private addresses must be allowed for it',
  }),
  notifyEvents: instanceEventsInput.optional().meta({
    description: 'what `notifyUrl` is told of; default: only `instance.completed`',
  }),
});

export type CreateInstance = z.infer<typeof createInstance>;

/** The task, and its attempt, that an instance is the child of. */
export type Parent = {
  readonly id: string;
  readonly node: number;
  readonly segment: number;
  readonly attempt: number;
  readonly token: string;
};

export const MOST_INSTANCES = 1_000;

export type Created =
  | { readonly ok: true; readonly id: string; readonly deduplicated: boolean }
  | {
      readonly ok: false;
      readonly code: 'invalid_request' | 'not_found' | 'no_published_version' | 'object_busy';
      readonly message: string;
      readonly errors?: readonly FieldError[];
      /** The instance that has the object. */
      readonly busyWith?: string;
    };

export type NotCreated = Extract<Created, { ok: false }>;

/** What to create: of which workflow, and whose child if any. */
export type NewInstance = {
  readonly workflow: string;
  readonly instance: CreateInstance;
  readonly parent: Parent | null;
};
