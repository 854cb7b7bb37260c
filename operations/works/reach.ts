/** Whether somebody takes the tasks of a work: what is waited for in vain wants a person's eye. */
import type { Queryable } from '#db/database.ts';
import { ALERT_PARAMS } from '#engine/alert/rule.ts';
import { toInstant } from '../page.ts';
import type { Work } from './work.ts';

/** As rules take it that say nothing else, so that a page and an alert agree. */
const SILENT_SECONDS = ALERT_PARAMS.no_worker.parse({}).olderThanSeconds;
const PUSHES_IN_VAIN = ALERT_PARAMS.endpoint_down.parse({}).deliveries;

/** Tasks looked through for pushes in vain. */
const MOST_LOOKED_AT = 1_000;

export type ReachRow = Pick<Work, 'delivery'> & {
  readonly lastClaimAt: Date | null;
  /** Since when the first in line waits. */
  readonly waitsSince: Date | null;
  /** The most that one of its tasks was pushed in vain. */
  readonly deliveries: number;
  readonly vainSince: Date | null;
  readonly vainMessage: string | null;
};

/** Columns of `reach`. */
export function reachColumns(sql: Queryable) {
  return sql`
    head.opened_at as "waitsSince", coalesce(vain.deliveries, 0) as deliveries,
    vain.since as "vainSince", vain.message as "vainMessage"
  `;
}

/** The task of `work w` that is handed out next: the order is that of an index, which claims go by too. */
export function firstInLine(sql: Queryable) {
  return sql`
    select t.opened_at
    from task t
    where t.project_id = w.project_id and t.work = w.key and t.status = 'ready' and not t.held
    order by t.project_id, t.work, t.priority desc, t.instance_id, t.node, t.segment
    limit 1
  `;
}

/** Joins to `work w`: one probe of an index for each work that is pulled, as many as are in vain for each that is pushed. */
export function reach(sql: Queryable) {
  return sql`
    left join lateral (${firstInLine(sql)}) as head on w.delivery = 'pull'
    left join lateral (
      select
        max(deliveries) as deliveries, min(opened_at) as since,
        (array_agg(delivery_error ->> 'message' order by deliveries desc))[1] as message
      from (
        select t.deliveries, t.opened_at, t.delivery_error
        from task t
        where t.project_id = w.project_id and t.work = w.key and t.deliveries > 0
        limit ${MOST_LOOKED_AT}
      ) as looked_at
    ) as vain on w.delivery = 'push'
  `;
}

export function outOfReach(
  { delivery, lastClaimAt, waitsSince, deliveries, vainSince, vainMessage }: ReachRow,
  now: Date,
): Work['outOfReach'] {
  if (delivery === 'push') {
    return deliveries < PUSHES_IN_VAIN
      ? null
      : { since: toInstant(vainSince), deliveries, message: vainMessage };
  }
  const lately = now.getTime() - SILENT_SECONDS * 1_000;
  const isServed = lastClaimAt !== null && lastClaimAt.getTime() > lately;
  const waits = waitsSince !== null && waitsSince.getTime() <= lately;

  return waits && !isServed
    ? { since: toInstant(lastClaimAt ?? waitsSince), deliveries: 0, message: null }
    : null;
}
