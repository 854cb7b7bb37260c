import type { LiveFacts } from '#engine/explain/facts.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { AttemptOutcome, InstanceStatus } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from '../../tasks/settings.ts';
import { MOST_COUNTED, type Asked } from './asked.ts';

export type Live = LiveFacts & { readonly node: number; readonly work: string };

export async function readLive(ctx: Context, asked: Asked): Promise<Live[]> {
  return (await findRows(ctx, asked)).map(liveFactsOf);
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
function findRows(ctx: Context, { instanceId, node, segment }: Asked) {
  return ctx.db.reads<LiveRow[]>`
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
      t.delivery_error ->> 'message' as "deliveryError", t.delivering, t.worker, t.progress,
      case when t.work = ${INTERNAL_WORKS.signal} then t.input ->> 'prompt' end as prompt,
      t.opened_at as "openedAt", t.first_at as "firstAt",
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
      select least(sum(counted.ahead), ${MOST_COUNTED})::int as ahead
      from (
        (
          select count(*) as ahead
          from (
            select from task o
            where o.project_id = t.project_id and o.work = t.work and o.status = 'ready'
              and not o.held and o.priority > t.priority
            limit ${MOST_COUNTED}
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
            limit ${MOST_COUNTED}
          ) as beside
        )
      ) as counted
      where t.status = 'ready' and not t.held
      -- Of what is not in line there is no sum, and the least of that and a number is the number.
      having count(*) > 0
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
