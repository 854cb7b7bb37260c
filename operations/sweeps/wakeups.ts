import type { Database, Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import type { WorkflowObject } from '../instances/objects.ts';
import { dueTargets } from '../notifications/renew.ts';

/** Objects looked at in one go; the next go continues behind them. */
const MOST_OBJECTS = 1_000;

/** Ended children looked at in one go: once their parents have been told, the next go finds others. */
const MOST_CHILDREN = 1_000;

const START: WorkflowObject = { workflowId: 0, objectId: '' };
const places = new WeakMap<Database, WorkflowObject>();

/**
 * The safety net under the jobs: whatever waits in the rows is woken again, so that a job that was lost with its process costs seconds
 * and never a run. One index probe per workflow, pushed work, object and receiver, however long their queues are; what children have not
 * told and bulk moves have not done is in an index of its own.
 */
export async function renewWakeUps(ctx: Context): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const [workflows, works, objects, parents, bulks, senders] = await Promise.all([
      tx<{ projectId: number; workflowId: number }[]>`
        select w.project_id as "projectId", w.id as "workflowId"
        from workflow w
        -- With a limit, unlike with "exists", Postgres never reads all that waits instead of one of each.
        cross join lateral (
          select
          from instance i
          where i.project_id = w.project_id
            and i.workflow_id = w.id
            and i.status = 'queued'
            and not i.blocked
          limit 1
        ) as waiting
        where w.enabled
      `,
      tx<{ projectId: number; work: string }[]>`
        select w.project_id as "projectId", w.key as work
        from work w
        cross join lateral (
          select
          from task t
          where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
          limit 1
        ) as waiting
        where w.delivery <> 'pull'
      `,
      findWaitedFor(tx, places.get(ctx.db) ?? START),
      tx<{ projectId: number; instanceId: string }[]>`
        select distinct project_id as "projectId", parent_id as "instanceId"
        from (
          select project_id, parent_id
          from instance
          where parent_id is not null
            and not parent_told
            and status in ('succeeded', 'failed', 'cancelled')
          limit ${MOST_CHILDREN}
        ) as untold
      `,
      tx<{ projectId: number; bulkId: string }[]>`
        select project_id as "projectId", id as "bulkId" from bulk where status = 'running'
      `,
      dueTargets(ctx, tx),
    ]);
    // The last one that was looked at; behind the last of all, from the start again.
    const last = objects.length === MOST_OBJECTS ? objects.at(-1) : undefined;
    places.set(ctx.db, last ?? START);
    const free = objects.filter(({ held }) => !held);

    await wake(
      tx,
      [
        { name: 'measure', payload: {} },
        { name: 'alert', payload: {} },
        ...workflows.map((payload) => ({ name: 'admit' as const, payload })),
        ...free.map(({ projectId, workflowId, objectId }) => ({
          name: 'free' as const,
          payload: { projectId, workflowId, objectId },
        })),
        ...parents.map((payload) => ({ name: 'children' as const, payload })),
        ...bulks.map((payload) => ({ name: 'bulk' as const, payload })),
        ...senders,
      ],
      works,
    );
    return [workflows, works, free, parents, bulks, senders].reduce(
      (sum, { length }) => sum + length,
      0,
    );
  });
}

/** Objects that somebody waits for, each once however many that are, and whether somebody has them. */
async function findWaitedFor(tx: Transaction, after: WorkflowObject) {
  return tx<(WorkflowObject & { projectId: number; held: boolean })[]>`
    with recursive waited_for as (
      (
        select project_id, workflow_id, object_id
        from instance
        where blocked and (workflow_id, object_id) > (${after.workflowId}, ${after.objectId})
        order by workflow_id, object_id
        limit 1
      )
      union all
      select next.project_id, next.workflow_id, next.object_id
      from waited_for o
      cross join lateral (
        select i.project_id, i.workflow_id, i.object_id
        from instance i
        where i.blocked and (i.workflow_id, i.object_id) > (o.workflow_id, o.object_id)
        order by i.workflow_id, i.object_id
        limit 1
      ) as next
    )
    select
      o.project_id as "projectId", o.workflow_id as "workflowId", o.object_id as "objectId",
      holder.id is not null as held
    from waited_for o
    left join lateral (
      select id
      from instance i
      where i.workflow_id = o.workflow_id
        and i.object_id = o.object_id
        and i.exclusive
        and not i.blocked
        and i.status in ('queued', 'running', 'paused')
      limit 1
    ) as holder on true
    limit ${MOST_OBJECTS}
  `;
}
