import * as z from 'zod';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  checkFilter,
  instanceFilter,
  isSieved,
  resolveFilter,
  newestIds,
  sieve,
  SIEVED,
  splitRange,
  type InstanceFilter,
  type Range,
} from './filter.ts';
import type { InstanceCounts } from './instance.ts';

export const countInstancesInput = checkFilter(z.strictObject(instanceFilter));

/** Beyond this a count says no more than "very many", and costs. */
const COUNTED_TO = 10_000;

type StatusCount = { readonly status: InstanceStatus; readonly count: number };

/** How many instances match, by status. Counts stop at 10,000; sieved ones (filter.ts) look at the newest 5,000 of the range. */
export async function countInstances(
  ctx: Context,
  filter: InstanceFilter,
): Promise<InstanceCounts | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const range = await resolveFilter(ctx, filter);
  const { rows, capped } =
    range === null
      ? { rows: [], capped: false }
      : isSieved(range)
        ? await countSieved(ctx, range)
        : await countRanges(ctx, range);
  const counts = new Map(rows.map(({ status, count }) => [status, count]));
  const countOf = (status: InstanceStatus) => counts.get(status) ?? 0;

  return {
    counts: Object.fromEntries(
      INSTANCE_STATUSES.map((status) => [status, countOf(status)]),
    ) as Record<InstanceStatus, number>,
    capped,
  };
}

async function countRanges(
  ctx: Context,
  range: Range,
): Promise<{ rows: StatusCount[]; capped: boolean }> {
  const { reads: sql } = ctx.db;
  const branches = range.statuses
    .flatMap((status) =>
      splitRange(ctx, sql, { ...range, statuses: [status] }).map(({ where }) => ({
        status,
        where,
      })),
    )
    .map(
      ({ status, where }) => sql`
        select ${status} as status, count(*)::int as count
        from (select from instance i where ${where} limit ${COUNTED_TO + 1}) as counted
      `,
    );
  const rows = await sql<StatusCount[]>`
    ${branches.reduce((all, branch) => sql`${all} union all ${branch}`)}
  `;

  return {
    rows: rows.map(({ status, count }) => ({ status, count: Math.min(count, COUNTED_TO) })),
    capped: rows.some(({ count }) => count > COUNTED_TO),
  };
}

async function countSieved(
  ctx: Context,
  range: Range,
): Promise<{ rows: StatusCount[]; capped: boolean }> {
  const { reads: sql } = ctx.db;
  const rows = await sql<(StatusCount & { looked: number })[]>`
    select
      i.status,
      count(*) filter (where ${sieve(sql, range)})::int as count,
      count(*)::int as looked
    from (${newestIds(ctx, sql, range, { before: null, most: SIEVED })}) as newest
    join instance i on i.project_id = ${ctx.projectId} and i.id = newest.id
    group by i.status
  `;
  return { rows, capped: rows.reduce((sum, { looked }) => sum + looked, 0) >= SIEVED };
}
