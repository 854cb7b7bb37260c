import type { Queryable } from '#db/database.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import type { QueueFacts } from '#engine/forecast/queue.ts';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import { average } from '#engine/forecast/sketch.ts';
import { WHOLE, type Records } from './records.ts';

/** Instances that wait are counted so far. */
const COUNTED = 100_000;
/** How far back arrivals are looked at, and how many of each status at most. */
const ARRIVALS_MS = 300_000;
const MOST_ARRIVALS = 2_000;

export type Workflow = {
  readonly projectId: number;
  readonly id: number;
  readonly enabled: boolean;
  readonly maxRunning: number;
};

/** The line of a workflow as it is now. */
export async function readLine(
  sql: Queryable,
  workflow: Workflow,
  records: ReadonlyMap<string, Records>,
  now: Date,
): Promise<QueueFacts> {
  const { projectId, id, enabled, maxRunning } = workflow;
  const [[counts], arrivalsPerSecond] = await Promise.all([
    sql<{ queued: number; running: number }[]>`
      select
        (
          select count(*)::int
          from (
            select from instance
            where project_id = ${projectId} and workflow_id = ${id} and status = 'queued'
              and not blocked
            limit ${COUNTED}
          ) as counted
        ) as queued,
        (
          select count(*)::int
          from (
            select from instance
            where project_id = ${projectId} and workflow_id = ${id}
              and status in ('running', 'paused')
            limit ${COUNTED}
          ) as counted
        ) as running
    `,
    readArrivals(sql, workflow, now),
  ]);
  const run = records.get(WHOLE)?.run;

  return {
    enabled,
    queued: counts?.queued ?? 0,
    running: counts?.running ?? 0,
    slots: maxRunning,
    runSeconds: run === undefined ? null : average(run),
    arrivalsPerSecond,
  };
}

type Arrivals = { readonly count: number; readonly first: string | null };

/** Ids tell when they were made. Where more came than are looked at, the time in which these came is shorter. */
async function readArrivals(sql: Queryable, workflow: Workflow, now: Date): Promise<number> {
  const since = new Date(now.getTime() - ARRIVALS_MS);
  const all = await countArrivals(sql, workflow, since);
  const capped = all.filter(({ count }) => count === MOST_ARRIVALS);

  if (capped.length === 0) {
    return sum(all) / (ARRIVALS_MS / 1_000);
  }
  const from = new Date(Math.max(...capped.map(({ first }) => momentOf(first ?? ''))));
  const seconds = Math.max(0.001, (now.getTime() - from.getTime()) / 1_000);
  return sum(await countArrivals(sql, workflow, from)) / seconds;
}

function countArrivals(
  sql: Queryable,
  { projectId, id }: Workflow,
  since: Date,
): PromiseLike<Arrivals[]> {
  return sql<Arrivals[]>`
    select arrived.count, arrived.first
    from unnest(${[...INSTANCE_STATUSES]}::text[]) as s(status)
    cross join lateral (
      select count(*)::int as count, min(newest.id::text) as first
      from (
        select i.id
        from instance i
        where i.project_id = ${projectId} and i.workflow_id = ${id} and i.status = s.status
          and i.id >= ${uuidv7Floor(since)}
        order by i.id desc
        limit ${MOST_ARRIVALS}
      ) as newest
    ) as arrived
  `;
}

function sum(arrivals: readonly Arrivals[]): number {
  return arrivals.reduce((total, { count }) => total + count, 0);
}

/** The first 48 bits of a UUIDv7. */
function momentOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
