import type { Database, Queryable } from '#db/database.ts';
import { uuidv7Floor } from '#db/uuid.ts';
import type { QueueFacts } from '#engine/forecast/queue.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import { average } from '#engine/forecast/sketch.ts';
import type { Context } from '../context.ts';
import { ShortMemory } from '../short_memory.ts';
import { WHOLE, type Records } from './records.ts';

/** Instances that wait are counted so far at every look. */
const COUNTED = 10_000;
/** A line that is longer is counted so far, and its length remembered for a while: it costs some tenths of a second. */
const MOST_COUNTED = 1_000_000;
const REMEMBERED = { lifetimeMs: 15_000, most: 1_000 };
/** How far back arrivals are looked at, and how many of each status at most. */
const ARRIVALS_MS = 300_000;
const MOST_ARRIVALS = 2_000;

export type Workflow = {
  readonly projectId: number;
  readonly id: number;
  readonly enabled: boolean;
  readonly maxRunning: number;
};

const longLines = new WeakMap<Database, ShortMemory<string, number>>();

/** The line of a workflow as it is now; a very long one may be counted as it was 15 s ago. */
export async function readLine(
  ctx: Context,
  workflow: Workflow,
  records: ReadonlyMap<string, Records>,
  now: Date,
): Promise<QueueFacts> {
  const sql = ctx.db.reads;
  const [queued, running, arrivalsPerSecond] = await Promise.all([
    countQueued(ctx, workflow, now),
    countIn(sql, workflow, ['running', 'paused'], Math.max(COUNTED, workflow.maxRunning)),
    readArrivals(sql, workflow, now),
  ]);
  const run = records.get(WHOLE)?.run;

  return {
    enabled: workflow.enabled,
    queued,
    running,
    slots: workflow.maxRunning,
    runSeconds: run === undefined ? null : average(run),
    arrivalsPerSecond,
  };
}

async function countQueued(ctx: Context, workflow: Workflow, now: Date): Promise<number> {
  const { db } = ctx;
  const queued = await countIn(db.reads, workflow, ['queued'], COUNTED);
  if (queued < COUNTED) {
    return queued;
  }
  const memory = longLines.get(db) ?? new ShortMemory<string, number>(REMEMBERED);
  longLines.set(db, memory);

  return memory.recall(`${workflow.projectId}:${workflow.id}`, now, () =>
    countIn(db.reads, workflow, ['queued'], MOST_COUNTED),
  );
}

async function countIn(
  sql: Queryable,
  { projectId, id }: Workflow,
  statuses: readonly InstanceStatus[],
  most: number,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count
    from (
      select from instance
      where project_id = ${projectId} and workflow_id = ${id}
        and status = any(${statuses as string[]}::text[]) and not blocked
      limit ${most}
    ) as counted
  `;
  return row?.count ?? 0;
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

/** A part per status with the status in it: where the planner knows which it is, it knows whether there are any to find in the order of ids. */
async function countArrivals(
  sql: Queryable,
  { projectId, id }: Workflow,
  since: Date,
): Promise<Arrivals[]> {
  const of = (status: InstanceStatus) => sql<Arrivals[]>`
    select count(*)::int as count, min(newest.id::text) as first
    from (
      select i.id
      from instance i
      where i.project_id = ${projectId} and i.workflow_id = ${id} and i.status = ${status}
        and i.id >= ${uuidv7Floor(since)}
      order by i.id desc
      limit ${MOST_ARRIVALS}
    ) as newest
  `;
  return Promise.all(
    INSTANCE_STATUSES.map(async (status) => (await of(status))[0] ?? { count: 0, first: null }),
  );
}

function sum(arrivals: readonly Arrivals[]): number {
  return arrivals.reduce((total, { count }) => total + count, 0);
}

/** The first 48 bits of a UUIDv7. */
function momentOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
