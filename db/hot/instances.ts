import type { InstanceStatus } from '#engine/states.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { jsons, plain, texts, times } from '../columns.ts';
import type { Transaction } from '../database.ts';

export type InstanceKey = { readonly projectId: number; readonly instanceId: string };

/** What the engine needs of an instance. `input` and `context` are there only if the plan reads them or they were asked for. */
export type LockedInstance = InstanceKey & {
  readonly workflowId: number;
  readonly versionId: number;
  readonly status: InstanceStatus;
  readonly priority: number;
  readonly limited: boolean;
  /** Its end lets another one of its object id begin. */
  readonly exclusive: boolean;
  /** The instance whose task it is; null for most. */
  readonly parentId: string | null;
  readonly retried: boolean;
  /** What anybody wants to hear of it (operations/notifications/events.ts); 0 for most. */
  readonly notifies: number;
  readonly state: string;
  readonly objectId: string;
  readonly input: Json | null;
  readonly context: JsonObject | null;
};

/**
 * Locks instances for a turn, always in the order of their keys, so that two batches never wait for each other in a circle. Instances
 * that do not exist are not in the answer. `withContext`: also load the context of plans that never read it, to patch it.
 */
export async function lockInstances(
  tx: Transaction,
  keys: readonly (InstanceKey & { readonly withContext: boolean })[],
): Promise<LockedInstance[]> {
  if (keys.length === 0) {
    return [];
  }
  const asked = keys.toSorted(byInstance);

  return tx<LockedInstance[]>`
    select
      i.project_id as "projectId",
      i.id as "instanceId",
      i.workflow_id as "workflowId",
      i.version_id as "versionId",
      i.status,
      i.priority,
      i.limited,
      i.exclusive,
      i.parent_id as "parentId",
      i.retried,
      i.notifies,
      i.state,
      i.object_id as "objectId",
      case when i.reads & 1 = 1 then i.input end as input,
      case when i.reads & 2 = 2 or r.with_context then i.context end as context
    from unnest(
      ${plain(asked.map((key) => key.projectId))}::text::int[],
      ${plain(asked.map((key) => key.instanceId))}::text::uuid[],
      ${plain(asked.map((key) => key.withContext))}::text::bool[]
    ) as r(project_id, id, with_context)
    -- As in rows.ts.
    join instance i on i.project_id = any(array[r.project_id]) and i.id = r.id
    for no key update of i
  `;
}

/** The order in which instances are locked. */
export function byInstance(one: InstanceKey, other: InstanceKey): number {
  return (
    one.projectId - other.projectId ||
    (one.instanceId < other.instanceId ? -1 : one.instanceId > other.instanceId ? 1 : 0)
  );
}

/** One instance after a turn. Null `context`, `error` and `output` leave what is there; `clearError` removes the error and the output of before. */
export type InstanceTurn = InstanceKey & {
  readonly state: string;
  readonly status: InstanceStatus;
  readonly context: JsonObject | null;
  readonly error: JsonObject | null;
  readonly clearError: boolean;
  readonly output: Json | null;
  readonly retried: boolean;
  /** Null leaves what is there, until the instance ends. */
  readonly expiresAt: Date | null;
};

/** Writes the turns of instances that the caller has locked. The first error of a run is kept. */
export function updateInstances(tx: Transaction, turns: readonly InstanceTurn[], now: Date) {
  return tx`
    update instance i
    set
      state = r.state,
      status = r.status,
      blocked = i.blocked and r.status = 'queued',
      context = coalesce(r.context, i.context),
      error = case when r.clear_error then r.error else coalesce(i.error, r.error) end,
      output = case when r.clear_error then r.output else coalesce(r.output, i.output) end,
      retried = i.retried or r.retried,
      -- One that has ended may go on in a version that knows no timeout.
      expires_at = case
        when r.status not in ('succeeded', 'failed', 'cancelled') then coalesce(r.expires_at, i.expires_at)
      end,
      -- One that waits, or is cancelled while it waits, has not begun.
      started_at = case
        when r.status in ('queued', 'cancelled') then i.started_at
        else coalesce(i.started_at, ${now})
      end,
      finished_at = case when r.status in ('succeeded', 'failed', 'cancelled') then ${now}::timestamptz end
    from unnest(
        ${plain(turns.map((turn) => turn.projectId))}::text::int[],
      ${plain(turns.map((turn) => turn.instanceId))}::text::uuid[],
      ${texts(turns.map((turn) => turn.state))}::text::text[],
      ${plain(turns.map((turn) => turn.status))}::text::text[],
      ${jsons(turns.map((turn) => turn.context))}::text::jsonb[],
      ${jsons(turns.map((turn) => turn.error))}::text::jsonb[],
      ${plain(turns.map((turn) => turn.clearError))}::text::bool[],
      ${jsons(turns.map((turn) => turn.output))}::text::jsonb[],
      ${plain(turns.map((turn) => turn.retried))}::text::bool[],
      ${times(turns.map((turn) => turn.expiresAt))}::text::timestamptz[]
    ) as r(project_id, id, state, status, context, error, clear_error, output, retried, expires_at)
    -- As in rows.ts.
    where i.project_id = any(array[r.project_id]) and i.id = r.id
  `;
}
