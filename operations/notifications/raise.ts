/**
 * Writes down what is to be told, in the transaction in which it happens: a row per event and receiver. Nothing is sent here.
 *
 *     a turn, a move, a bulk ──> raise… ──> `notification` rows + wake-ups ── commit ──> job `notify` ──> worker/deliver/notifying.ts
 */
import { jsons, plain, texts } from '#db/columns.ts';
import { asJson, type Transaction } from '#db/database.ts';
import type { InstanceKey } from '#db/hot/instances.ts';
import type { WakeUp } from '#db/jobs.ts';
import type { JsonObject } from '#engine/json.ts';
import type { NotifiedEvent } from './events.ts';

/** Something that happened to an instance. */
export type InstanceHappening = InstanceKey & {
  readonly type: NotifiedEvent;
  /** What the message says beside the facts of the instance. */
  readonly facts: JsonObject;
};

/** An output beyond it is not sent: a message should stay below 20 KB. */
export const LARGEST_OUTPUT_BYTES = 16_384;

/**
 * Writes down events of instances as their rows are now, for every endpoint that listens and for the instance's own URL; answers the
 * wake-ups of whoever sends them. One whose instance nobody listens to writes nothing.
 */
export async function raiseInstanceEvents(
  tx: Transaction,
  events: readonly InstanceHappening[],
  now: Date,
): Promise<WakeUp[]> {
  if (events.length === 0) {
    return [];
  }
  const rows = await tx<{ projectId: number; target: string }[]>`
    insert into notification (
      project_id, type, workflow_id, instance_id, target, endpoint_id, url, data, at, due_at
    )
    select
      i.project_id, h.type, i.workflow_id, i.id, r.target, r.endpoint_id, r.url,
      jsonb_build_object(
        'instanceId', i.id, 'workflow', i.workflow, 'workflowName', i.workflow_name, 'version', i.version,
        'objectId', i.object_id, 'dedupeKey', i.dedupe_key, 'labels', i.labels,
        'status', i.status
      ) || case when i.finished_at is null then '{}' else ending.facts end || h.facts,
      ${now}, ${now}
    from unnest(
      ${plain(events.map(({ projectId }) => projectId))}::text::int[],
      ${plain(events.map(({ instanceId }) => instanceId))}::text::uuid[],
      ${texts(events.map(({ type }) => type))}::text::text[],
      ${jsons(events.map(({ facts }) => facts))}::text::jsonb[]
    ) with ordinality as h(project_id, instance_id, type, facts, place)
    -- With a limit Postgres goes from event to instance, and never looks through all that there are.
    cross join lateral (
      select i.*, w.key as workflow, w.name as workflow_name, v.number as version
      from instance i
      join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
      join version v on v.project_id = i.project_id and v.id = i.version_id
      where i.project_id = h.project_id and i.id = h.instance_id
      limit 1
    ) as i
    cross join lateral (
      select e.id as endpoint_id, null as url, e.id::text as target
      from endpoint e
      where e.project_id = i.project_id
        and (e.workflow_id is null or e.workflow_id = i.workflow_id)
        and e.enabled
        and h.type = any(e.events)
      union all
      select null, i.notify_url, lower(substring(i.notify_url from '^[a-zA-Z]+://[^/?#]+'))
      where i.notify_url is not null
        and h.type = any(coalesce(i.notify_events, '{instance.completed}'))
    ) as r
    cross join lateral (
      select jsonb_build_object(
        'output', case
          when octet_length(i.output::text) <= ${LARGEST_OUTPUT_BYTES} then i.output
          when i.output is not null then jsonb_build_object('$ref', '/api/v1/instances/' || i.id)
        end,
        'error', i.error,
        'createdAt', instant_text(i.created_at),
        'startedAt', instant_text(i.started_at),
        'finishedAt', instant_text(i.finished_at),
        'durationSeconds', round(extract(epoch from i.finished_at - i.started_at), 3),
        'attempts', (
          select count(*) from attempt a where a.project_id = i.project_id and a.instance_id = i.id
        )
      ) as facts
    ) as ending
    order by h.place, r.target
    returning project_id as "projectId", target
  `;
  return wakeUpsOf(rows);
}

/** Writes down an event that concerns no instance, for the endpoints of the whole project that listen. */
export async function raiseEvent(
  tx: Transaction,
  event: { readonly projectId: number; readonly type: NotifiedEvent; readonly data: JsonObject },
  now: Date,
): Promise<WakeUp[]> {
  const rows = await tx<{ projectId: number; target: string }[]>`
    insert into notification (project_id, type, target, endpoint_id, data, at, due_at)
    select e.project_id, ${event.type}, e.id::text, e.id, ${asJson(event.data)}::text::jsonb, ${now}, ${now}
    from endpoint e
    where e.project_id = ${event.projectId} and e.workflow_id is null and e.enabled
      and ${event.type} = any(e.events)
    returning project_id as "projectId", target
  `;
  return wakeUpsOf(rows);
}

function wakeUpsOf(rows: readonly { projectId: number; target: string }[]): WakeUp[] {
  return rows.map(({ projectId, target }) => ({
    name: 'notify' as const,
    payload: { projectId, target },
  }));
}
