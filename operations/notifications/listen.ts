/**
 * Who listens to which instances: `instance.notifies`. It is set when an instance is made, when an endpoint begins to listen, and when an
 * instance that had ended goes on. It may say too much (an endpoint is gone) but never too little.
 */
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Queryable, Transaction } from '#db/database.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';

/** What endpoints want to hear of instances of these workflows, by the workflow's id. */
export async function findListening(
  ctx: Context,
  sql: Queryable,
  workflowIds: readonly number[],
): Promise<(workflowId: number) => number> {
  const rows = await sql<{ workflowId: number; bits: number }[]>`
    select w.id as "workflowId", bit_or(notify_bits(e.events)) as bits
    from unnest(${[...workflowIds]}::int[]) as w(id)
    join endpoint e
      on e.project_id = ${ctx.projectId} and (e.workflow_id is null or e.workflow_id = w.id)
    where e.enabled
    group by w.id
  `;
  const bitsOf = new Map(rows.map(({ workflowId, bits }) => [workflowId, bits]));

  return (workflowId) => bitsOf.get(workflowId) ?? 0;
}

/**
 * Makes everything that has not ended heard as the endpoints now say. `workflowId`: of which workflow; null: of all. The lock waits for
 * whoever makes instances by what the endpoints said before, and lets nobody do so until the caller commits: hold it before writing them.
 */
export async function lockWorkflows(
  ctx: Context,
  tx: Transaction,
  workflowId: number | null,
): Promise<void> {
  await tx`
    select id from workflow
    where project_id = ${ctx.projectId} and (${workflowId}::int is null or id = ${workflowId})
    order by id
    for update
  `;
}

export async function hearUnfinished(
  ctx: Context,
  tx: Transaction,
  { id }: { readonly id: string },
): Promise<void> {
  await tx`
    update instance i
    set notifies = i.notifies | notify_bits(e.events)
    from endpoint e
    join workflow w
      on w.project_id = e.project_id and (e.workflow_id is null or w.id = e.workflow_id)
    where e.project_id = ${ctx.projectId} and e.id = ${id} and e.enabled
      and i.project_id = w.project_id and i.workflow_id = w.id
      and i.status in ('scheduled', 'queued', 'running', 'paused')
      and i.notifies & notify_bits(e.events) <> notify_bits(e.events)
  `;
}

/** Endpoints that came after the end of an instance hear of it when it goes on. Answers the instances as they then are. */
export async function hearAgain(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<readonly LockedInstance[]> {
  const ended = instances.filter(({ status }) => isFinalInstance(status));
  if (ended.length === 0) {
    return instances;
  }
  const rows = await tx<{ id: string; notifies: number }[]>`
    update instance i
    set notifies = i.notifies | coalesce((
      select bit_or(notify_bits(e.events))
      from endpoint e
      where e.project_id = i.project_id and e.enabled
        and (e.workflow_id is null or e.workflow_id = i.workflow_id)
    ), 0::smallint)
    where i.project_id = any(${ended.map(({ projectId }) => projectId)}::int[])
      and i.id = any(${ended.map(({ instanceId }) => instanceId)}::uuid[])
    returning i.id, i.notifies
  `;
  const notifiesOf = new Map(rows.map(({ id, notifies }) => [id, notifies]));

  return instances.map((instance) => ({
    ...instance,
    notifies: notifiesOf.get(instance.instanceId) ?? instance.notifies,
  }));
}
