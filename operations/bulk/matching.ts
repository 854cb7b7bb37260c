import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import {
  newestIds,
  resolveFilter,
  sieve,
  type InstanceFilter,
  type Range,
} from '../instances/filter.ts';

/** Instances that a filter is about, as a query of their ids, the newest first. `most` are looked at. */
function matching(
  ctx: Context,
  sql: Queryable,
  range: Range,
  { before, most }: { readonly before: string | null; readonly most: number },
) {
  return sql`
    select newest.id, (${sieve(sql, range)}) as matches
    from (${newestIds(ctx, sql, range, { before, most })}) as newest
    join instance i on i.project_id = ${ctx.projectId} and i.id = newest.id
    order by newest.id desc
  `;
}

/**
 * Just above the newest instance there is: what is made from now on is none of a bulk's business. Read from the rows and not off the
 * clock, since the clocks of the processes that make instances differ.
 */
export async function aboveNewest(ctx: Context): Promise<string> {
  const [newest] = await ctx.db.sql<{ id: string }[]>`
    select id from instance where project_id = ${ctx.projectId} order by id desc limit 1
  `;
  const id = newest === undefined ? 0n : BigInt(`0x${newest.id.replaceAll('-', '')}`) + 1n;
  return id.toString(16).padStart(32, '0');
}

export async function countMatching(
  ctx: Context,
  filter: InstanceFilter,
  before: string | null,
): Promise<number> {
  const { reads: sql } = ctx.db;
  const range = await resolveFilter(ctx, filter);
  if (range === null) {
    return 0;
  }
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count
    from (${matching(ctx, sql, range, { before, most: MOST_COUNTED })}) as m
    where matches
  `;
  return row?.count ?? 0;
}

/** A bulk move of more is still made; its progress is then counted against this. */
const MOST_COUNTED = 1_000_000;

export type MatchingSet = {
  readonly ids: readonly string[];
  /** The last that was looked at, whether it matched or not; null: there are no more. */
  readonly last: string | null;
};

/** The next instances below an id that match; those that do not are passed over, a bounded number at a time. */
export async function nextMatching(
  ctx: Context,
  filter: InstanceFilter,
  before: string | null,
  most: number,
): Promise<MatchingSet> {
  const { reads: sql } = ctx.db;
  const range = await resolveFilter(ctx, filter);
  const rows =
    range === null
      ? []
      : await sql<{ id: string; matches: boolean }[]>`
          ${matching(ctx, sql, range, { before, most })}
        `;

  return {
    ids: rows.flatMap(({ id, matches }) => (matches ? [id] : [])),
    last: rows.at(-1)?.id ?? null,
  };
}
