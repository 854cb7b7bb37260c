import type { Transaction } from '#db/database.ts';
import { asJson } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import { nameOf, type Context } from '../context.ts';

/** Turns of an instance that are worth telling people; tasks tell their own story in the attempts. */
export type InstanceEventType =
  | 'cancelled'
  | 'retried'
  | 'paused'
  | 'resumed'
  | 'restarted'
  | 'rerun'
  | 'skipped'
  | 'marked'
  | 'segments_retried'
  | 'hurried'
  | 'signalled'
  | 'context_edited'
  | 'priority_changed'
  | 'version_changed'
  | 'service_stopped'
  | 'scheduled_by'
  | 'triggered_by';

export type InstanceEvent = {
  readonly instanceId: string;
  readonly type: InstanceEventType;
  readonly message: string;
  readonly data?: JsonObject;
};

/** Appends to the history of instances: who did what, when, and why. */
export async function recordEvents(
  ctx: Context,
  tx: Transaction,
  events: readonly InstanceEvent[],
): Promise<void> {
  const rows = events.map(({ instanceId, type, message, data }) => ({
    instance_id: instanceId,
    type,
    message,
    data: data ?? {},
  }));

  await tx`
    insert into instance_event (project_id, instance_id, at, type, actor, message, data)
    select ${ctx.projectId}, instance_id, ${ctx.clock()}, type, ${nameOf(ctx.actor)}, message, data
    from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
      instance_id uuid, type text, message text, data jsonb
    )
  `;
}
