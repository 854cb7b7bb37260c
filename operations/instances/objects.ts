/**
 * Objects of workflows that let one instance per object id run: who has one. What decides about an object, its creation and its freeing,
 * holds the object's lock until its transaction ends. In the order of locks it comes after the workflow and before its instances.
 */
import type { Queryable, Transaction } from '#db/database.ts';
import { texts, plain } from '#db/columns.ts';

export type WorkflowObject = { readonly workflowId: number; readonly objectId: string };

/**
 * Objects share so many locks per workflow. A creation of 1,000 instances must not need 1,000: Postgres has room for some thousand
 * locks in all. Sharing one costs a short wait, nothing else.
 */
const LOCKS_PER_WORKFLOW = 64;

/** Locks objects, always in the same order, so that two transactions never wait for each other in a circle. */
export async function lockObjects(
  tx: Transaction,
  objects: readonly WorkflowObject[],
): Promise<void> {
  if (objects.length === 0) {
    return;
  }
  await tx`
    with locks as materialized (
      select distinct
        hashtextextended('object', o.workflow_id) + abs(hashtext(o.object_id)::bigint) % ${LOCKS_PER_WORKFLOW} as key
      from ${rows(tx, objects)}
      order by key
    )
    select count(*) from (select pg_advisory_xact_lock(key) from locks) as locked
  `;
}

/** The instance that has each object or is first in its line; a free object is not in the answer. Scheduled ones do not have it yet. */
export async function findHolders(
  tx: Transaction,
  objects: readonly WorkflowObject[],
): Promise<(WorkflowObject & { readonly id: string })[]> {
  return objects.length === 0
    ? []
    : tx<(WorkflowObject & { id: string })[]>`
        select o.workflow_id as "workflowId", o.object_id as "objectId", holder.id
        from ${rows(tx, objects)}
        cross join lateral (
          select id
          from instance i
          where i.workflow_id = o.workflow_id
            and i.object_id = o.object_id
            and i.exclusive
            and i.status in ('queued', 'running', 'paused')
          order by i.blocked, i.id
          limit 1
        ) as holder
      `;
}

function rows(sql: Queryable, objects: readonly WorkflowObject[]) {
  return sql`
    unnest(
      ${plain(objects.map(({ workflowId }) => workflowId))}::text::int[],
      ${texts(objects.map(({ objectId }) => objectId))}::text::text[]
    ) as o(workflow_id, object_id)
  `;
}

export function keyOfObject({ workflowId, objectId }: WorkflowObject): string {
  return `${workflowId}:${objectId}`;
}
