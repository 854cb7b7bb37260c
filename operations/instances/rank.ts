import { plain } from '#db/columns.ts';
import type { Queryable, Transaction } from '#db/database.ts';
import type { Context } from '../context.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 2_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Instances go from the first to the second only: in this order none is missed between them. */
const WAITING = ['scheduled', 'queued'] as const;

/**
 * The place in line of an instance, the highest first, over columns `priority`, `created_at` and `ageing_seconds`. With ageing a queued
 * instance rises by one priority per `ageing_seconds` of waiting. All rise alike, so what they gain until now may be left out: who is
 * ahead of whom is known from the start, and nothing is written while they wait.
 */
export function rank(sql: Queryable) {
  return sql`coalesce(priority - extract(epoch from created_at)::float8 / ageing_seconds, priority)`;
}

/**
 * Puts what waits of a workflow in the line that its settings now make; answers how many instances got another place. Bit by bit, since
 * very many may wait: meanwhile those that have their new place and those that do not are in one line. Safe to run twice, or to be cut off.
 */
export async function rankWaiting(ctx: Context, workflowId: number): Promise<number> {
  let moved = 0;

  for (const status of WAITING) {
    let batch: Batch = { moved: 0, last: FIRST_ID };
    while (batch.last !== null) {
      const line = { workflowId, status, after: batch.last };
      batch = await ctx.db.transaction((tx) => rankBatch(ctx, tx, line));
      moved += batch.moved;
    }
  }
  return moved;
}

/** `last`: the next batch begins behind it; null: there is none. */
type Batch = { readonly moved: number; readonly last: string | null };

async function rankBatch(
  ctx: Context,
  tx: Transaction,
  line: { readonly workflowId: number; readonly status: string; readonly after: string },
): Promise<Batch> {
  const [workflow] = await tx<{ ageingSeconds: number | null }[]>`
    select ageing_seconds as "ageingSeconds"
    from workflow
    where project_id = ${ctx.projectId} and id = ${line.workflowId}
    -- Who changes it waits until this is written, and has all of it done again.
    for key share
  `;
  const waiting = await tx<{ id: string }[]>`
    select id
    from instance
    where workflow_id = ${line.workflowId}
      and project_id = ${ctx.projectId}
      -- In an order that an index by status has: for that of ids alone Postgres would read all instances there are.
      and (status, id) > (${line.status}, ${line.after}::uuid)
      and status <= ${line.status}
    order by status, id
    limit ${MOST_PER_BATCH}
  `;
  const moved = await tx`
    update instance i
    set rank = ${rank(tx)}
    from unnest(${plain(waiting.map(({ id }) => id))}::text::uuid[]) as r(instance_id)
    cross join (select ${workflow?.ageingSeconds ?? null}::float8 as ageing_seconds) as w
    where i.project_id = ${ctx.projectId}
      and i.id = r.instance_id
      and i.rank <> ${rank(tx)}
  `;

  return {
    moved: moved.count,
    last: waiting.length === MOST_PER_BATCH ? (waiting.at(-1)?.id ?? null) : null,
  };
}
