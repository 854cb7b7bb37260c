/** What explaining an instance needs to know, in a few reads of sets: none of them costs more the more there is in line, or has run. */
import type { Queryable } from '#db/database.ts';
import { countAlive } from '#db/processes.ts';
import type { InstanceFacts, LiveFacts, WorkFacts } from '#engine/explain/facts.ts';
import type { AttemptOutcome, InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from '../tasks/settings.ts';

/** Places in line are counted so far: beyond that the number tells nobody anything. */
const COUNTED = 1_000;
/** Tasks under way that are looked through to find those of one work. */
const LOOKED_AT = 10_000;
/** Who has asked for a work since is there: see `explainTask`. */
const SILENT_SECONDS = 20;

/** What is asked about: a whole instance, one node of it, one segment. */
export type Asked = {
  readonly instanceId: string;
  readonly node: number | null;
  readonly segment: number | null;
};

export type Live = LiveFacts & { readonly node: number; readonly work: string };

export type WhyFacts = {
  readonly instance: InstanceFacts;
  readonly live: readonly Live[];
  readonly works: ReadonlyMap<string, WorkFacts>;
};

/** Null: the instance is gone. */
export async function readWhyFacts(ctx: Context, asked: Asked): Promise<WhyFacts | null> {
  const { reads: sql } = ctx.db;
  const [row, alive, live] = await Promise.all([
    findInstanceFacts(ctx, sql, asked.instanceId),
    countAlive(sql, 'worker'),
    findLive(ctx, sql, asked),
  ]);
  if (row === undefined) {
    return null;
  }
  const keys = [...new Set(live.map(({ work }) => work))];
  const works = keys.length === 0 ? [] : await findWorks(ctx, sql, keys);

  return {
    instance: instanceFactsOf(row, alive > 0),
    live: live.map(liveFactsOf),
    works: new Map(works.map((work) => [work.key, workFactsOf(work)])),
  };
}

type InstanceFactsRow = {
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
async function findInstanceFacts(
  ctx: Context,
  sql: Queryable,
  id: string,
): Promise<InstanceFactsRow | undefined> {
  const [row] = await sql<InstanceFactsRow[]>`
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
      select least(sum(counted.ahead), ${COUNTED})::int as ahead
      from (
        (
          select count(*) as ahead
          from (
            select from instance q
            where i.status = 'queued' and not i.blocked
              and q.project_id = i.project_id and q.workflow_id = i.workflow_id
              and q.status = 'queued' and not q.blocked and q.rank > i.rank
            limit ${COUNTED}
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
            limit ${COUNTED}
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
            limit ${COUNTED}
          ) as beside
        )
      ) as counted
      where i.status = 'queued' and not i.blocked
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

function instanceFactsOf(row: InstanceFactsRow, scheduler: boolean): InstanceFacts {
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

type LiveRow = Omit<
  Live,
  'openedAt' | 'firstAt' | 'dispatchedAt' | 'startedAt' | 'dueAt' | 'pollAt' | 'child' | 'last'
> & {
  readonly openedAt: Date;
  readonly firstAt: Date | null;
  readonly dispatchedAt: Date | null;
  readonly startedAt: Date | null;
  readonly dueAt: Date | null;
  readonly pollAt: Date | null;
  readonly childId: string | null;
  readonly childStatus: InstanceStatus | null;
  readonly lastOutcome: AttemptOutcome | null;
  readonly lastCode: string | null;
  readonly lastMessage: string | null;
  readonly lastFinishedAt: Date | null;
};

/**
 * The live tasks; the segments of a fan-out in groups of the same status, each with the one that comes first. The place in line is
 * counted in the index of the claim.
 */
function findLive(ctx: Context, sql: Queryable, { instanceId, node, segment }: Asked) {
  return sql<LiveRow[]>`
    with grouped as (
      select
        t.*,
        count(*) over (partition by t.node, t.status, t.held, t.deliveries > 0)::int as size,
        row_number() over (
          partition by t.node, t.status, t.held, t.deliveries > 0 order by t.segment
        ) as place
      from task t
      where t.project_id = ${ctx.projectId} and t.instance_id = ${instanceId}
        and (${node}::int is null or t.node = ${node})
        and (${segment}::int is null or t.segment = ${segment})
    )
    select
      t.node, t.work, t.status, t.size as count, t.held, t.attempt, t.failures, t.deliveries,
      t.delivering, t.worker, t.progress, t.opened_at as "openedAt", t.first_at as "firstAt",
      t.dispatched_at as "dispatchedAt", t.started_at as "startedAt", t.due_at as "dueAt",
      t.poll_at as "pollAt", t.child_id as "childId", child.status as "childStatus",
      coalesce(t.dispatch_seconds, w.dispatch_seconds, ${DEFAULT_DISPATCH_SECONDS}) as "dispatchSeconds",
      coalesce(t.run_seconds, w.run_seconds, ${DEFAULT_RUN_SECONDS}) as "runSeconds",
      coalesce(t.heartbeat_seconds, w.heartbeat_seconds) as "heartbeatSeconds",
      coalesce(t.total_seconds, w.total_seconds) as "totalSeconds",
      (w.retry ->> 'limit')::int as "retryLimit",
      last.outcome as "lastOutcome", last.code as "lastCode", last.message as "lastMessage",
      last.finished_at as "lastFinishedAt",
      line.ahead
    from grouped t
    left join work w on w.project_id = t.project_id and w.key = t.work
    left join instance child on child.project_id = t.project_id and child.id = t.child_id
    left join lateral (
      select a.outcome, a.code, a.error ->> 'message' as message, a.finished_at
      from attempt a
      where t.attempt > 0 and a.project_id = t.project_id and a.instance_id = t.instance_id
        and a.node = t.node and a.segment = t.segment
      order by a.number desc
      limit 1
    ) as last on true
    left join lateral (
      select least(sum(counted.ahead), ${COUNTED})::int as ahead
      from (
        (
          select count(*) as ahead
          from (
            select from task o
            where o.project_id = t.project_id and o.work = t.work and o.status = 'ready'
              and not o.held and o.priority > t.priority
            limit ${COUNTED}
          ) as before
        )
        union all
        (
          select count(*)
          from (
            select from task o
            where o.project_id = t.project_id and o.work = t.work and o.status = 'ready'
              and not o.held and o.priority = t.priority
              and (o.instance_id, o.node, o.segment) < (t.instance_id, t.node, t.segment)
            limit ${COUNTED}
          ) as beside
        )
      ) as counted
      where t.status = 'ready' and not t.held
    ) as line on true
    where t.place = 1
    order by t.node, t.segment
  `;
}

function liveFactsOf(row: LiveRow): Live {
  const { childId, childStatus, lastOutcome, lastCode, lastMessage, lastFinishedAt, ...live } = row;

  return {
    ...live,
    openedAt: row.openedAt.getTime(),
    firstAt: row.firstAt?.getTime() ?? null,
    dispatchedAt: row.dispatchedAt?.getTime() ?? null,
    startedAt: row.startedAt?.getTime() ?? null,
    dueAt: row.dueAt?.getTime() ?? null,
    pollAt: row.pollAt?.getTime() ?? null,
    child: childId === null ? null : { id: childId, status: childStatus },
    last:
      lastOutcome === null || lastFinishedAt === null
        ? null
        : {
            outcome: lastOutcome,
            code: lastCode,
            message: lastMessage,
            finishedAt: lastFinishedAt.getTime(),
          },
  };
}

/** How a segment ended; null: it has not, or never began. The outcomes that are final have the names of statuses. */
export async function findEndOfSegment(
  ctx: Context,
  { instanceId, node, segment }: Asked,
): Promise<'succeeded' | 'failed' | 'cancelled' | null> {
  const [last] = await ctx.db.reads<{ outcome: AttemptOutcome }[]>`
    select outcome
    from attempt
    where project_id = ${ctx.projectId} and instance_id = ${instanceId} and node = ${node}
      and segment = ${segment}
    order by number desc
    limit 1
  `;
  return last === undefined || last.outcome === 'delayed' || last.outcome === 'rejected'
    ? null
    : last.outcome;
}

type WorkRow = Omit<WorkFacts, 'rate' | 'lastClaimAt'> & {
  readonly rateLimit: number | null;
  readonly rateSeconds: number | null;
  readonly tokens: number | null;
  readonly lastClaimAt: Date | null;
};

/** How many tasks workers have in hand is asked only of works that nobody asks for, where it makes a difference. */
function findWorks(ctx: Context, sql: Queryable, keys: readonly string[]) {
  const now = ctx.clock();
  const silentSince = new Date(now.getTime() - SILENT_SECONDS * 1_000);

  return sql<WorkRow[]>`
    select
      w.key, w.delivery, w.max_concurrent as "maxConcurrent",
      w.rate_limit as "rateLimit", w.rate_seconds as "rateSeconds",
      tokens_of(w, ${now}) as tokens, pulse.claimed_at as "lastClaimAt",
      slots.count as slots, hands.count as "inHand", coalesce(undelivered.most, 0) as deliveries
    from work w
    left join work_pulse pulse on pulse.project_id = w.project_id and pulse.work = w.key
    cross join lateral (
      select count(*)::int as count
      from (
        select from task t
        where w.max_concurrent > 0 and t.project_id = w.project_id and t.work = w.key and t.slot
        limit w.max_concurrent
      ) as counted
    ) as slots
    cross join lateral (
      select count(*)::int as count
      from (
        select due.work
        from (
          select t.work, t.project_id, t.status
          from task t
          where t.due_at is not null and w.delivery = 'pull'
            and (pulse.claimed_at is null or pulse.claimed_at < ${silentSince})
          order by t.due_at
          limit ${LOOKED_AT}
        ) as due
        where due.project_id = w.project_id and due.work = w.key
          and due.status in ('dispatched', 'running')
        limit ${COUNTED}
      ) as counted
    ) as hands
    left join lateral (
      select max(seen.deliveries) as most
      from (
        select t.deliveries
        from task t
        where w.delivery = 'push' and t.project_id = w.project_id and t.work = w.key
          and t.deliveries > 0
        limit ${COUNTED}
      ) as seen
    ) as undelivered on true
    where w.project_id = ${ctx.projectId} and w.key = any(${keys as string[]}::text[])
  `;
}

function workFactsOf(row: WorkRow): WorkFacts {
  const { rateLimit, rateSeconds, tokens, lastClaimAt, ...work } = row;

  return {
    ...work,
    rate:
      rateLimit === null || rateSeconds === null
        ? null
        : { limit: rateLimit, perSeconds: rateSeconds, tokens: tokens ?? rateLimit },
    lastClaimAt: lastClaimAt?.getTime() ?? null,
  };
}
