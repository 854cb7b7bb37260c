import * as z from 'zod';
import { json, jsonObject } from '#engine/json.ts';
import type { Queryable } from '#db/database.ts';
import { countProgress } from '#engine/state.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import { INSTANCE_EVENTS } from '../notifications/events.ts';
import { instant, labels, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { taskSummary } from '../tasks/task.ts';
import { WAITED_FOR, waitedFor, type WaitedFor } from './waited_for.ts';

export const instance = z
  .object({
    id: z.uuid(),
    workflow: z.string().meta({ description: 'key of the workflow' }),
    workflowName: z.string(),
    version: z.int(),
    objectId: z.string().meta({ description: 'what the run is about, in your words' }),
    status: z.enum(INSTANCE_STATUSES),
    waitingFor: z
      .array(z.enum(WAITED_FOR))
      .meta({ description: 'what its open signal nodes wait for; empty: no such node is open' }),
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
    notifyUrl: z.string().nullable().meta({ description: 'is told of it beside the endpoints' }),
    notifyEvents: z
      .array(z.enum(INSTANCE_EVENTS))
      .nullable()
      .meta({ description: 'what `notifyUrl` is told of; null: only `instance.completed`' }),
    parent: z
      .object({ instanceId: z.uuid(), task: z.string().meta({ description: 'key of its node' }) })
      .nullable()
      .meta({ description: 'the instance whose task runs this one' }),
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

/** What a list reads of an instance. */
export type InstanceRow = {
  readonly id: string;
  readonly workflow: string;
  readonly workflowName: string;
  readonly version: number;
  readonly objectId: string;
  readonly status: InstanceStatus;
  readonly waitingFor: WaitedFor[];
  readonly priority: number;
  readonly labels: Record<string, string>;
  readonly error: Instance['error'];
  readonly state: string;
  readonly createdAt: Date;
  readonly runAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

/** Its columns, over `instance i`, `workflow w` and `version v`. */
export function instanceColumns(sql: Queryable) {
  return sql`
    i.id, w.key as workflow, w.name as "workflowName", v.number as version,
    i.object_id as "objectId", i.status, i.priority, i.labels, i.error, i.state,
    ${waitedFor(sql)} as "waitingFor",
    i.created_at as "createdAt", i.run_at as "runAt", i.started_at as "startedAt",
    i.finished_at as "finishedAt"
  `;
}

export function instanceOf(row: InstanceRow): Instance {
  return {
    id: row.id,
    workflow: row.workflow,
    workflowName: row.workflowName,
    version: row.version,
    objectId: row.objectId,
    status: row.status,
    waitingFor: row.waitingFor,
    priority: row.priority,
    labels: row.labels,
    error: row.error,
    progress: countProgress(row.state),
    createdAt: row.createdAt.toISOString(),
    runAt: toInstant(row.runAt),
    startedAt: toInstant(row.startedAt),
    finishedAt: toInstant(row.finishedAt),
  };
}

export function noInstance(id: string): Refusal {
  return refuse('not_found', `There is no instance "${id}".`, { facts: { id } });
}
