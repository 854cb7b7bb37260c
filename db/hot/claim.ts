import type { Json } from '#engine/json.ts';
import type { Database, Queryable, Transaction } from '../database.ts';
import type { AttemptKey } from './tasks.ts';

/** A task that was handed out just now. */
export type HandedOut = AttemptKey & {
  readonly work: string;
  readonly priority: number;
  readonly deliveries: number;
  readonly started: boolean;
  readonly dueAt: Date | null;
  readonly runSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly input: Json | null;
  readonly objectId: string;
  readonly versionId: number;
  /** The instance's encoded state, for segments only: it says how many there are. */
  readonly state: string | null;
};

export type HandOut = {
  readonly projectId: number;
  readonly works: readonly string[];
  readonly max: number;
  readonly worker: string;
  readonly now: Date;
  readonly defaultDispatchSeconds: number;
  readonly defaultRunSeconds: number;
  /** Only works that are delivered so: nobody claims what is pushed, and nobody but Latchwork what it runs itself. */
  readonly delivery: 'pull' | 'push' | 'internal';
  /** Not pull: how long one delivery may take before it is given up and repeated, beyond the request of a push. */
  readonly leaseSeconds: number | null;
};

/**
 * Hands out up to `max` ready tasks: of works without limits first, then, for what room is left, of those that have one. `limited`: some
 * of the works have.
 */
export async function handOutReady(
  db: Database,
  request: HandOut,
): Promise<{ readonly handed: HandedOut[]; readonly limited: boolean }> {
  const [handed, limited] = await Promise.all([
    handOut(db.sql, request),
    findLimited(db.sql, request),
  ]);
  const room = request.max - handed.length;

  if (limited.length === 0 || room === 0) {
    return { handed, limited: limited.length > 0 };
  }
  const more = await handOutLimited(db, { ...request, works: limited, max: room });
  return { handed: [...handed, ...more], limited: true };
}

/**
 * Hands out ready tasks of works without limits, in one statement. Order: priority, then the older instance, then the node's place in
 * the plan. Rows that somebody else is claiming now are passed over; an empty answer means there is nothing ready.
 */
export function handOut(sql: Queryable, request: HandOut): Promise<HandedOut[]> {
  return handOutOf(
    sql,
    request,
    sql`
      select w.project_id, w.key, w.start_report, w.dispatch_seconds, w.run_seconds,
        w.heartbeat_seconds, w.total_seconds, w.request_seconds, ${request.max}::int as room,
        false as slot
      from work w
      where w.project_id = ${request.projectId}
        and w.key = any(${request.works as string[]}::text[])
        and w.delivery = ${request.delivery}
        and w.max_concurrent = 0
        and w.rate_limit is null
    `,
  );
}

/** Those of the works that have a limit: they are handed out by `handOutLimited`. */
async function findLimited(
  sql: Queryable,
  { projectId, works, delivery }: HandOut,
): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    select key
    from work
    where project_id = ${projectId}
      and key = any(${works as string[]}::text[])
      and delivery = ${delivery}
      and (max_concurrent > 0 or rate_limit is not null)
    order by key
  `;
  return rows.map(({ key }) => key);
}

/**
 * Hands out ready tasks of limited works. The works' rows are locked first, so that several processes count the same slots and tokens:
 * a slot is a task that is handed out; tokens flow back with time, up to the limit.
 */
function handOutLimited(db: Database, request: HandOut): Promise<HandedOut[]> {
  return db.transaction(async (tx) => {
    await tx`
      select from work
      where project_id = ${request.projectId} and key = any(${request.works as string[]}::text[])
      order by key
      for no key update
    `;
    const handed = await handOutOf(tx, request, limitedWorks(tx, request));
    await takeTokens(tx, request, handed);
    return handed;
  });
}

function limitedWorks(tx: Transaction, { projectId, works, max, now }: HandOut) {
  return tx`
    select w.project_id, w.key, w.start_report, w.dispatch_seconds, w.run_seconds,
      w.heartbeat_seconds, w.total_seconds, w.request_seconds, true as slot,
      greatest(0, least(
        ${max}::int,
        case when w.max_concurrent > 0 then w.max_concurrent - (
          select count(*)::int from task t where t.project_id = w.project_id and t.work = w.key and t.slot
        ) end,
        floor(tokens_of(w, ${now}))::int
      )) as room
    from work w
    where w.project_id = ${projectId}
      and w.key = any(${works as string[]}::text[])
      and (w.max_concurrent > 0 or w.rate_limit is not null)
  `;
}

async function takeTokens(
  tx: Transaction,
  { projectId, now }: HandOut,
  handed: readonly HandedOut[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { work } of handed) {
    counts.set(work, (counts.get(work) ?? 0) + 1);
  }

  await tx`
    update work w
    set rate_tokens = tokens_of(w, ${now}) - taken.count, rate_at = ${now}
    from unnest(${[...counts.keys()]}::text[], ${[...counts.values()]}::int[]) as taken(key, count)
    where w.project_id = ${projectId} and w.key = taken.key and w.rate_limit is not null
  `;
}

/**
 * The rows are locked before they are changed, so that they can be found again by their place in the table: no second index lookup.
 *
 * `works` yields the works with their room. A repeated push (`deliveries > 0`) keeps its attempt and its token, since the endpoint may
 * have got the first one.
 */
function handOutOf(
  sql: Queryable,
  request: HandOut,
  works: ReturnType<typeof limitedWorks>,
): Promise<HandedOut[]> {
  const { now, max, worker, defaultDispatchSeconds, defaultRunSeconds, leaseSeconds } = request;

  return sql<HandedOut[]>`
    with works as materialized (${works}),
    picked as (
      select t.ctid, w.start_report, w.slot,
        ${leaseSeconds ?? 0}::float8 + case when ${request.delivery === 'push'} then w.request_seconds else 0 end as lease,
        coalesce(t.dispatch_seconds, w.dispatch_seconds, ${defaultDispatchSeconds}) as dispatch_seconds,
        coalesce(t.run_seconds, w.run_seconds, ${defaultRunSeconds}) as run_seconds,
        coalesce(t.heartbeat_seconds, w.heartbeat_seconds) as heartbeat_seconds,
        coalesce(t.total_seconds, w.total_seconds) as total_seconds
      from works w
      cross join lateral (
        select t.ctid, t.*
        from task t
        where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
        order by t.priority desc, t.instance_id, t.node, t.segment
        limit w.room
        for update skip locked
      ) as t
      order by t.priority desc, t.instance_id, t.node, t.segment
      limit ${max}
    ),
    handed as (
      update task t
      set
        status = case when p.start_report or ${leaseSeconds !== null} then 'dispatched' else 'running' end,
        attempt = case when t.deliveries > 0 then t.attempt else t.attempt + 1 end,
        token = case when t.deliveries > 0 then t.token else gen_random_uuid() end,
        worker = ${worker},
        slot = p.slot,
        progress = null,
        delivering = ${leaseSeconds !== null},
        first_at = coalesce(t.first_at, ${now}),
        dispatched_at = ${now},
        -- What Latchwork runs itself has no way to its worker.
        started_at = case
          when ${request.delivery === 'internal'} or not (p.start_report or ${leaseSeconds !== null})
          then ${now}::timestamptz
        end,
        due_at = case
          when ${leaseSeconds !== null} then ${now}::timestamptz + make_interval(secs => p.lease)
          when p.start_report then running_due(null, coalesce(t.first_at, ${now}), ${now}, null, p.dispatch_seconds, p.total_seconds)
          else running_due(${now}, coalesce(t.first_at, ${now}), ${now}, p.run_seconds, p.heartbeat_seconds, p.total_seconds)
        end
      from picked p
      where t.ctid = p.ctid
      returning t.*, p.run_seconds as run_limit, p.heartbeat_seconds as heartbeat_limit
    )
    select
      h.project_id as "projectId",
      h.instance_id as "instanceId",
      h.node,
      h.segment,
      h.attempt,
      h.token,
      h.work,
      h.priority,
      h.deliveries,
      h.started_at is not null as started,
      h.due_at as "dueAt",
      h.run_limit as "runSeconds",
      h.heartbeat_limit as "heartbeatSeconds",
      h.input,
      i.object_id as "objectId",
      i.version_id as "versionId",
      case when h.segment >= 0 then i.state end as state
    from handed h
    -- As in rows.ts.
    join instance i on i.project_id = any(array[h.project_id]) and i.id = h.instance_id
    order by h.priority desc, h.instance_id, h.node, h.segment
  `;
}
