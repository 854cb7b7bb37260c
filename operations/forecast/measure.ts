/**
 * Measuring: adds the durations of what has ended since the last look to `duration`. Reports pay nothing for it, no attempt is looked at
 * once it is counted, and none is counted twice.
 *
 *     ended below the horizon: counted │ horizon ── what has ended since ── now's horizon │ may still be under way
 *
 * The horizon is the oldest transaction that may still be writing (`pg_snapshot_xmin`): all below it are over, so what they wrote is seen
 * whole, and `xmin` of a row says on which side of a horizon it was written. The horizon moves on in the transaction that counts: a look
 * that dies has counted nothing, two at a time count once. `floor` only finds the place in the table: attempts below it are not read. It
 * follows the horizon by way of a mark: the next transaction to come at a moment, which the horizon passes when all before it are over.
 *
 * The horizon is that of the whole server: a long transaction in another of its databases makes the record late, not wrong.
 */
import type { Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';

/**
 * Clocks of several machines, and the moment between the time that a report was given and the first word of its transaction. An attempt that
 * came later still is left out rather than looked for.
 */
const SKEW_SECONDS = 5;
/** What ended longer ago was never looked at, since no worker process ran: a look must not take for ever. */
const LONGEST_REST_SECONDS = 3_600;
const KEPT_DAYS = 35;

/** Answers how many durations were counted; null: somebody else is at it. */
export async function measureDurations(ctx: Context): Promise<number | null> {
  return ctx.db.transaction(async (tx) => {
    const [from] = await tx<{ horizon: string; floor: Date }[]>`
      select horizon::text, floor from measured for update skip locked
    `;
    if (from === undefined) {
      return null;
    }
    await tx`
      select
        -- The engine's plans are for short lists of keys; here whole sets are joined.
        set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('enable_hashjoin', 'on', true)
    `;
    const now = ctx.clock();
    const earliest = new Date(now.getTime() - LONGEST_REST_SECONDS * 1_000);
    const floor = from.floor > earliest ? from.floor : earliest;
    const counted = await count(tx, from.horizon, floor, now);

    await tx`
      delete from duration where day < (${now}::timestamptz at time zone 'UTC')::date - ${KEPT_DAYS}::int
    `;
    return counted;
  });
}

/**
 * - `wait`: of first hand-outs only, since what a later one waited for is its retry's pause as well; not where a window held it back.
 * - `run`, `segment`: of attempts that succeeded. A `wait` node begins when it opens.
 * - of instances that succeeded at the first go: the whole, and each of its fan-outs from the first segment's opening to the last one's end.
 *   An instance is written last by what ends it, so its own `xmin` says whether that was in this span.
 */
async function count(tx: Transaction, low: string, floor: Date, now: Date): Promise<number> {
  const fresh = (xmin: ReturnType<Transaction>) => tx`
    (${xmin}::text::bigint - ${low}::bigint) & 4294967295 < h.horizon - ${low}::bigint
  `;
  const [row] = await tx<{ count: number }[]>`
    with h as materialized (
      select
        s.horizon, s.next,
        -- A database that was restored elsewhere begins with the transactions of its new home.
        s.horizon >= m.mark or s.horizon < m.horizon as passed
      from measured m
      cross join (
        select
          pg_snapshot_xmin(now)::text::bigint as horizon, pg_snapshot_xmax(now)::text::bigint as next
        from pg_current_snapshot() as current(now)
      ) as s
    ),
    moved as (
      update measured m
      set
        horizon = h.horizon,
        floor = case when h.passed then m.mark_at - make_interval(secs => ${SKEW_SECONDS}) else m.floor end,
        mark = case when h.passed then h.next else m.mark end,
        mark_at = case when h.passed then ${now}::timestamptz else m.mark_at end
      from h
    ),
    ended as materialized (
      select
        a.project_id, a.instance_id, a.node, a.segment, a.number, a.outcome, a.opened_at,
        a.dispatched_at, a.started_at, a.finished_at
      from attempt a
      cross join h
      where a.finished_at >= ${floor} and ${fresh(tx`a.xmin`)}
    ),
    run as materialized (
      select
        i.project_id, i.id, i.workflow_id, i.version_id, i.started_at, i.finished_at,
        coalesce(i.run_at, i.created_at) as due_at,
        i.status = 'succeeded' and not i.retried and ${fresh(tx`i.xmin`)} as whole
      from (select distinct project_id, instance_id from ended) as e
      join instance i on i.project_id = e.project_id and i.id = e.instance_id
      cross join h
    ),
    node as materialized (
      select
        v.id as version_id, (n.place - 1)::int as node, n.value ->> 'key' as key,
        n.value ->> 'type' as type, n.value ? 'window' as windowed,
        coalesce((n.value ->> 'delaySeconds')::float8, 0) as delay_seconds
      from (select distinct version_id from run) as r
      join version v on v.id = r.version_id
      cross join lateral jsonb_array_elements(v.plan -> 'nodes') with ordinality as n(value, place)
    ),
    -- Both durations of an attempt at once: a row for each would cost as much again as all the rest.
    together as (
      select
        r.project_id, r.workflow_id, n.key as node, e.segment >= 0 as segment,
        (e.finished_at at time zone 'UTC')::date as day,
        case when d.wait is not null then bucket_of(d.wait) end as wait_bucket,
        case when d.run is not null then bucket_of(d.run) end as run_bucket,
        count(*) as count,
        sum(greatest(d.wait, 0)) as wait_seconds,
        sum(greatest(d.run, 0)) as run_seconds
      from ended e
      join run r on r.project_id = e.project_id and r.id = e.instance_id
      join node n on n.version_id = r.version_id and n.node = e.node
      cross join lateral (
        select
          case when e.number = 1 and not n.windowed and n.type not in ('wait', 'signal')
            then extract(epoch from e.dispatched_at - e.opened_at)::float8 - n.delay_seconds
          end as wait,
          case when e.outcome = 'succeeded'
            then extract(
              epoch from e.finished_at - coalesce(
                e.started_at, e.dispatched_at, case when n.type = 'wait' then e.opened_at end
              )
            )::float8
          end as run
      ) as d
      group by 1, 2, 3, 4, 5, 6, 7
    ),
    took as (
      select t.project_id, t.workflow_id, t.node, d.kind, t.day, d.bucket, t.count, d.seconds
      from together t
      cross join lateral (
        values
          ('wait', t.wait_bucket, t.wait_seconds),
          (case when t.segment then 'segment' else 'run' end, t.run_bucket, t.run_seconds)
      ) as d(kind, bucket, seconds)
      union all
      select
        w.project_id, w.workflow_id, w.node, w.kind, (w.finished_at at time zone 'UTC')::date,
        case when w.seconds is not null then bucket_of(w.seconds) end, 1, greatest(w.seconds, 0)
      from (
        select
          r.project_id, r.workflow_id, n.key as node, 'run' as kind, fan.finished_at,
          extract(epoch from fan.finished_at - fan.opened_at)::float8 as seconds
        from run r
        join node n on n.version_id = r.version_id and n.type = 'fanout'
        cross join lateral (
          select min(a.opened_at) as opened_at, max(a.finished_at) as finished_at
          from attempt a
          where a.project_id = r.project_id and a.instance_id = r.id and a.node = n.node
            and a.segment >= 0
        ) as fan
        where r.whole
        union all
        select r.project_id, r.workflow_id, '', d.kind, r.finished_at, d.seconds
        from run r
        cross join lateral (
          values
            ('wait', extract(epoch from r.started_at - r.due_at)::float8),
            ('run', extract(epoch from r.finished_at - r.started_at)::float8)
        ) as d(kind, seconds)
        where r.whole
      ) as w
    ),
    added as (
      insert into duration (project_id, workflow_id, node, kind, day, bucket, count, seconds)
      select project_id, workflow_id, node, kind, day, bucket, sum(count), sum(seconds)
      from took
      where bucket is not null
      group by 1, 2, 3, 4, 5, 6
      on conflict (project_id, workflow_id, node, kind, day, bucket) do update
      set count = duration.count + excluded.count, seconds = duration.seconds + excluded.seconds
    )
    select coalesce(sum(count) filter (where bucket is not null), 0)::int as count from took
  `;
  return row?.count ?? 0;
}
