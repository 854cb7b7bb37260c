import * as z from 'zod';
import { INSTANCE_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  checkFilter,
  instanceFilter,
  isSieved,
  resolveFilter,
  selectRange,
  sieve,
  SIEVED,
  type InstanceFilter,
  type Range,
} from './filter.ts';
import type { InstanceCounts } from './instance.ts';

export const countInstancesInput = checkFilter(z.strictObject(instanceFilter));

/** Beyond this a count says no more than "very many", and costs. */
const COUNTED_TO = 10_000;

type StatusCount = { readonly status: InstanceStatus; readonly count: number };

/** How many instances match, by status. Counts stop at 10,000; sieved ones (filter.ts) look at the newest 10,000 of the range. */
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
  const { sql } = ctx.db;
  const branches = range.statuses.map(
    (status) => sql`
      select ${status} as status, count(*)::int as count
      from (
        select from (${selectRange(ctx, sql, { ...range, statuses: [status] }, null)}) as i
        limit ${COUNTED_TO + 1}
      ) as counted
    `,
  );
  if (branches.length === 0) {
    return { rows: [], capped: false };
  }
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
  const { sql } = ctx.db;
  const rows = await sql<(StatusCount & { looked: number })[]>`
    with looked as materialized (
      select i.status, (${sieve(sql, range)}) as matches
      from (
        select * from (${selectRange(ctx, sql, range, null)}) as i
        order by i.id desc
        limit ${SIEVED}
      ) as i
    )
    select status, count(*) filter (where matches)::int as count, count(*)::int as looked
    from looked
    group by status
  `;
  return { rows, capped: rows.reduce((sum, { looked }) => sum + looked, 0) >= SIEVED };
}
