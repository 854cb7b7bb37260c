import { countAlive } from '#db/processes.ts';
import type { InstanceFacts } from '#engine/explain/facts.ts';
import type { InstanceStatus } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import { MOST_COUNTED } from './asked.ts';

/** Null: the instance is gone. */
export async function readInstance(ctx: Context, id: string): Promise<InstanceFacts | null> {
  const [row, alive] = await Promise.all([findRow(ctx, id), countAlive(ctx.db.reads, 'worker')]);
  return row === undefined ? null : instanceFactsOf(row, alive > 0);
}

type InstanceRow = {
  readonly status: InstanceStatus;
  readonly objectId: string;
  readonly createdAt: Date;
  readonly runAt: Date | null;
  readonly startedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly blocked: boolean;
  readonly holder: string | null;
  readonly ahead: number | null;
  readonly orphanOf: string | null;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly pauseReason: string | null;
  readonly workflow: string;
  readonly enabled: boolean;
  readonly maxRunning: number;
  readonly order: 'fifo' | 'lifo';
  readonly running: number;
};

/** The line is that of admission (`instance_queue`): rank, then first or last come. */
async function findRow(ctx: Context, id: string): Promise<InstanceRow | undefined> {
  const { reads: sql } = ctx.db;
  const [row] = await sql<InstanceRow[]>`
    select
      i.status, i.object_id as "objectId", i.created_at as "createdAt", i.run_at as "runAt",
      i.started_at as "startedAt", i.expires_at as "expiresAt", i.blocked,
      holder.id as holder,
      line.ahead,
      orphan.parent_id as "orphanOf",
      pause.at as "pausedAt", pause.actor as "pausedBy", pause.message as "pauseReason",
      w.key as workflow, w.enabled, w.max_running as "maxRunning", w.admission as "order",
      live.running
    from instance i
    join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
    left join lateral (
      select h.id
      from instance h
      where i.blocked and h.workflow_id = i.workflow_id and h.object_id = i.object_id
        and h.exclusive and h.status in ('queued', 'running', 'paused') and h.id <> i.id
      order by h.blocked, h.id
      limit 1
    ) as holder on true
    left join lateral (
      select least(sum(counted.ahead), ${MOST_COUNTED})::int as ahead
      from (
        (
          select count(*) as ahead
          from (
            select from instance q
            where i.status = 'queued' and not i.blocked
              and q.project_id = i.project_id and q.workflow_id = i.workflow_id
              and q.status = 'queued' and not q.blocked and q.rank > i.rank
            limit ${MOST_COUNTED}
          ) as before
        )
        union all
        (
          select count(*)
          from (
            select from instance q
            where i.status = 'queued' and not i.blocked and w.admission = 'fifo'
              and q.project_id = i.project_id and q.workflow_id = i.workflow_id
              and q.status = 'queued' and not q.blocked and q.rank = i.rank and q.id < i.id
            limit ${MOST_COUNTED}
          ) as beside
        )
        union all
        (
          select count(*)
          from (
            select from instance q
            where i.status = 'queued' and not i.blocked and w.admission = 'lifo'
              and q.project_id = i.project_id and q.workflow_id = i.workflow_id
              and q.status = 'queued' and not q.blocked and q.rank = i.rank and q.id > i.id
            limit ${MOST_COUNTED}
          ) as beside
        )
      ) as counted
      where i.status = 'queued' and not i.blocked
      -- Of what is not in line there is no sum, and the least of that and a number is the number.
      having count(*) > 0
    ) as line on true
    left join lateral (
      select i.parent_id
      where i.parent_id is not null and not i.parent_told and i.finished_at is null
        and not exists (
          select from task t
          where t.project_id = i.project_id and t.instance_id = i.parent_id
            and t.node = i.parent_node and t.segment = i.parent_segment
            and t.token = i.parent_token
        )
    ) as orphan on true
    left join lateral (
      select e.at, e.actor, e.message
      from instance_event e
      where i.status = 'paused' and e.project_id = i.project_id and e.instance_id = i.id
        and e.type = 'paused'
      order by e.id desc
      limit 1
    ) as pause on true
    cross join lateral (
      select count(*)::int as running
      from (
        select from instance r
        where i.status = 'queued' and r.project_id = i.project_id
          and r.workflow_id = i.workflow_id and r.status in ('running', 'paused')
        limit w.max_running
      ) as counted
    ) as live
    where i.project_id = ${ctx.projectId} and i.id = ${id}
  `;
  return row;
}

function instanceFactsOf(row: InstanceRow, scheduler: boolean): InstanceFacts {
  return {
    status: row.status,
    objectId: row.objectId,
    createdAt: row.createdAt.getTime(),
    runAt: row.runAt?.getTime() ?? null,
    startedAt: row.startedAt?.getTime() ?? null,
    expiresAt: row.expiresAt?.getTime() ?? null,
    blocked: row.blocked,
    holder: row.holder,
    ahead: row.ahead,
    orphanOf: row.orphanOf,
    pause:
      row.pausedAt === null
        ? null
        : { at: row.pausedAt.getTime(), by: row.pausedBy ?? '', reason: row.pauseReason ?? '' },
    workflow: {
      key: row.workflow,
      enabled: row.enabled,
      maxRunning: row.maxRunning,
      running: row.running,
      order: row.order,
    },
    scheduler,
  };
}
