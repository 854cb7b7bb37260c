/**
 * Retention: instances that ended longer ago than their workflow keeps them leave, with all that is theirs.
 *
 *     of each workflow, by how they ended, the oldest first ──> a slice ──> lock, look again ──> delete
 *     a week of which nothing is to be kept ──> its traces are not deleted row by row: its partitions go as a whole when it is empty
 *
 * One that has a living child, or whose parent lives, stays as long. A slice is a transaction, so that whatever dies leaves whole instances;
 * what a crash leaves of a week (traces whose instances are gone) nobody can see, and it goes with its partition.
 */
import { dropPartition, listPartitions, weekOf, type Partition } from '#db/partitions.ts';
import type { Queryable, Transaction } from '#db/database.ts';
import { timeOfUuid, uuidv7Floor } from '#db/uuid.ts';
import { FINAL_INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { slicesOf } from './slices.ts';

const DAY_MS = 86_400_000;
/** Instances found in one look. */
const MOST_PER_LOOK = 1_000;
/** graphile-worker takes a job that runs for hours for dead; the next one comes within the hour. */
const LONGEST_RUN_MS = 50 * 60_000;
/** Before all others: where the first look begins. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

export type ForgetInput = {
  /** Of workflows that do not say themselves; 0: for ever. */
  readonly retentionDays: number;
  /** Leaves the rest to the next time. */
  readonly stopping?: AbortSignal | undefined;
};

export type Forgotten = { readonly instances: number; readonly partitions: readonly string[] };

export async function forgetInstances(
  ctx: Context,
  { retentionDays, stopping }: ForgetInput,
): Promise<Forgotten> {
  const workflows = await findWorkflows(ctx, retentionDays);
  if (workflows.length === 0) {
    return { instances: 0, partitions: [] };
  }
  const latest = Math.max(...workflows.map(({ before }) => before.getTime()));
  const partitions = await listPartitions(ctx.db.reads);
  const past = partitions.filter(({ to }) => to.getTime() <= latest);
  const leaving = await findLeaving(ctx, past, retentionDays);
  const until = ctx.clock().getTime() + LONGEST_RUN_MS;
  let instances = 0;

  for (const workflow of workflows) {
    for (const status of FINAL_INSTANCE_STATUSES) {
      for await (const slice of findEnded(ctx, workflow, status)) {
        if (stopping?.aborted || ctx.clock().getTime() > until) {
          return { instances, partitions: [] };
        }
        instances += await ctx.db.transaction((tx) => forget(tx, workflow, slice, leaving));
      }
    }
  }
  return { instances, partitions: await dropEmpty(ctx, past) };
}

type Retention = {
  readonly projectId: number;
  readonly workflowId: number;
  /** What ended before that is not kept. */
  readonly before: Date;
};

/** Workflows that do not keep their instances for ever. */
async function findWorkflows(ctx: Context, retentionDays: number): Promise<Retention[]> {
  const rows = await ctx.db.reads<{ projectId: number; workflowId: number; days: number }[]>`
    select project_id as "projectId", id as "workflowId",
      coalesce(retention_days, ${retentionDays}::int) as days
    from workflow
    where coalesce(retention_days, ${retentionDays}::int) > 0
    order by project_id, id
  `;
  const now = ctx.clock().getTime();
  return rows.map(({ days, ...workflow }) => ({
    ...workflow,
    // No id is from before 1970.
    before: new Date(Math.max(0, now - days * DAY_MS)),
  }));
}

/** Weeks of which nothing is to be kept, by their beginnings. One look each into the instances of the week, up to the first that stays. */
async function findLeaving(
  ctx: Context,
  past: readonly Partition[],
  retentionDays: number,
): Promise<ReadonlySet<number>> {
  const weeks = new Map(past.map((partition) => [partition.from.getTime(), partition]));
  const leaving = new Set<number>();

  for (const [from, week] of weeks) {
    const [kept] = await ctx.db.reads`
      select
      from project p
      cross join lateral (
        select
        from instance i
        join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
        cross join lateral (
          select make_interval(hours => 24 * nullif(coalesce(w.retention_days, ${retentionDays}::int), 0)) as kept
        ) as r
        where i.project_id = p.id
          and i.id >= ${uuidv7Floor(week.from)} and i.id < ${uuidv7Floor(week.to)}
          and (i.finished_at < ${ctx.clock()}::timestamptz - r.kept) is not true
        limit 1
      ) as stays
      limit 1
    `;
    if (kept === undefined) {
      leaving.add(from);
    }
  }
  return leaving;
}

type Ended = { readonly id: string; readonly state: string };

/** The instances of a workflow that ended so, and long enough ago, in slices. Ids grow with time: none made later can have ended before. */
async function* findEnded(
  { db }: Context,
  { projectId, workflowId, before }: Retention,
  status: InstanceStatus,
): AsyncGenerator<readonly string[]> {
  let after = NO_ID;
  let page: readonly Ended[];

  do {
    page = await db.reads<Ended[]>`
      select id, state
      from instance
      where workflow_id = ${workflowId} and project_id = ${projectId} and status = ${status}
        and id > ${after} and id < ${uuidv7Floor(before)}
        and finished_at < ${before}
      order by id
      limit ${MOST_PER_LOOK}
    `;
    for (const slice of slicesOf(page)) {
      yield slice.map(({ id }) => id);
    }
    after = page.at(-1)?.id ?? after;
  } while (page.length === MOST_PER_LOOK);
}

/** Forgets those that are still as they were found; answers how many. One that somebody is moving at this moment is left to the next time. */
async function forget(
  tx: Transaction,
  { projectId, before }: Retention,
  ids: readonly string[],
  leaving: ReadonlySet<number>,
): Promise<number> {
  const rows = await tx<{ id: string }[]>`
    select i.id
    from instance i
    left join lateral (
      select c.id
      from instance c
      where c.project_id = i.project_id and c.parent_id = i.id and c.finished_at is null
      limit 1
    ) as child on true
    left join lateral (
      select p.id
      from instance p
      where p.project_id = i.project_id and p.id = i.parent_id and p.finished_at is null
      limit 1
    ) as parent on true
    where i.project_id = ${projectId} and i.id = any(${ids as string[]}::uuid[])
      and i.finished_at < ${before}
      and child.id is null and parent.id is null
    order by i.id
    for update of i skip locked
  `;
  const gone = rows.map(({ id }) => id);
  const traced = gone.filter((id) => !leaving.has(weekOf(timeOfUuid(id))));
  const of = (list: readonly string[]) => tx`
    project_id = ${projectId} and instance_id = any(${list as string[]}::uuid[])
  `;

  if (gone.length > 0) {
    await Promise.all([
      ...(traced.length === 0
        ? []
        : [
            tx`delete from attempt where ${of(traced)}`,
            tx`delete from instance_event where ${of(traced)}`,
          ]),
      tx`delete from signal where ${of(gone)}`,
      tx`delete from segment_queue where ${of(gone)}`,
      tx`delete from task where ${of(gone)}`,
      tx`delete from instance where project_id = ${projectId} and id = any(${gone}::uuid[])`,
    ]);
  }
  return gone.length;
}

/** Drops the partitions of weeks that have no instance any more; answers their names. One that is in use is dropped the next time. */
async function dropEmpty({ db }: Context, past: readonly Partition[]): Promise<string[]> {
  const dropped: string[] = [];

  for (const partition of past) {
    if (await dropPartition(db, partition, (sql) => hasInstances(sql, partition))) {
      dropped.push(partition.name);
    }
  }
  return dropped;
}

async function hasInstances(sql: Queryable, { from, to }: Partition): Promise<boolean> {
  const [one] = await sql`
    select
    from project p
    cross join lateral (
      select
      from instance i
      where i.project_id = p.id and i.id >= ${uuidv7Floor(from)} and i.id < ${uuidv7Floor(to)}
      limit 1
    ) as of_week
    limit 1
  `;
  return one !== undefined;
}
