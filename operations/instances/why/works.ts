import type { WorkFacts } from '#engine/explain/facts.ts';
import type { Context } from '../../context.ts';
import { MOST_COUNTED } from './asked.ts';

/** Tasks under way that are looked through to find those of one work. */
const LOOKED_AT = 10_000;
/** Who has asked for a work since is there: see `explainTask`. */
const SILENT_SECONDS = 20;

/** By their keys. */
export async function readWorks(
  ctx: Context,
  keys: readonly string[],
): Promise<ReadonlyMap<string, WorkFacts>> {
  const rows = keys.length === 0 ? [] : await findRows(ctx, keys);
  return new Map(rows.map((row) => [row.key, workFactsOf(row)]));
}

type WorkRow = Omit<WorkFacts, 'rate' | 'lastClaimAt'> & {
  readonly rateLimit: number | null;
  readonly rateSeconds: number | null;
  readonly tokens: number | null;
  readonly lastClaimAt: Date | null;
};

/** How many tasks workers have in hand is asked only of works that nobody asks for, where it makes a difference. */
function findRows(ctx: Context, keys: readonly string[]) {
  const now = ctx.clock();
  const silentSince = new Date(now.getTime() - SILENT_SECONDS * 1_000);

  return ctx.db.reads<WorkRow[]>`
    select
      w.key, w.delivery, w.max_concurrent as "maxConcurrent",
      w.rate_limit as "rateLimit", w.rate_seconds as "rateSeconds",
      tokens_of(w, ${now}) as tokens, pulse.claimed_at as "lastClaimAt",
      slots.count as slots, hands.count as "inHand", coalesce(undelivered.most, 0) as deliveries,
      undelivered.message as "deliveryError"
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
        limit ${MOST_COUNTED}
      ) as counted
    ) as hands
    left join lateral (
      select seen.deliveries as most, seen.delivery_error ->> 'message' as message
      from (
        select t.deliveries, t.delivery_error
        from task t
        where w.delivery = 'push' and t.project_id = w.project_id and t.work = w.key
          and t.deliveries > 0
        limit ${MOST_COUNTED}
      ) as seen
      order by seen.deliveries desc
      limit 1
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
