/**
 * Makes a bulk move, set by set. The move of a set and the progress of the bulk are one transaction: after a crash it goes on behind the
 * last set that was committed, and nothing is moved twice. Newest first, from the newest there was when it was asked for, so that each
 * instance is met once whatever the move makes of it.
 */
import type { Transaction } from '#db/database.ts';
import { asJson, mayPass } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Actor, Context } from '../context.ts';
import type { Moved } from '../instances/move.ts';
import { MOVES, type MoveName } from '../instances/moves.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { askerNow } from './asker.ts';
import { raiseBulkCompleted } from '../notifications/raise_bulk.ts';
import { bulkColumns, type BulkRow } from './bulk.ts';
import { bulkFilter } from './create.ts';
import { nextMatching, type MatchingSet } from './matching.ts';

/** Instances of one transaction. */
const MOST_PER_SET = 500;

type RunningBulk = {
  readonly id: string;
  readonly action: MoveName;
  readonly params: JsonObject;
  readonly filter: JsonObject | null;
  readonly reason: string;
  readonly actor: Actor;
  readonly cursor: string | null;
};

/** Goes on with a bulk move until it ends or is aborted; when `stopping` says so, somebody else is woken for the rest. */
export async function runBulk(
  ctx: Context,
  { id, stopping }: { readonly id: string; readonly stopping?: AbortSignal },
): Promise<void> {
  while (!stopping?.aborted) {
    if (!(await runNext(ctx, id, MOST_PER_SET))) {
      return;
    }
  }
  await wake(ctx.db.sql, [{ name: 'bulk', payload: { projectId: ctx.projectId, bulkId: id } }]);
}

/**
 * Moves the next set of `most`; answers whether there may be more. When a set fails its instances are moved one by one, so that one that
 * cannot be borne (its state cannot be read) is a failure of its own and not the end of the bulk.
 */
async function runNext(ctx: Context, id: string, most: number): Promise<boolean> {
  let tried: readonly string[] = [];
  const noting: typeof makeMove = (applied, tx, bulk, ids) => {
    tried = ids;
    return makeMove(applied, tx, bulk, ids);
  };

  try {
    return await ctx.db.transaction((tx) => runSet(ctx, tx, id, most, noting));
  } catch (err) {
    if (mayPass(err)) {
      throw err;
    }
    if (most === 1) {
      ctx.log.error({ projectId: ctx.projectId, bulkId: id, err }, 'a bulk move failed');
      return ctx.db.transaction((tx) => runSet(ctx, tx, id, 1, failing(tried, err)));
    }
  }

  let more = true;
  for (let moved = 0; more && moved < most; moved += 1) {
    more = await runNext(ctx, id, 1);
  }
  return more;
}

/** The move of one that failed, as its failure. Whoever else is at the bulk may have moved on meanwhile: any other is moved. */
function failing([tried]: readonly string[], err: unknown): typeof makeMove {
  const message = `It failed: ${err instanceof Error ? err.message : String(err)}`;

  return (ctx, tx, bulk, ids) =>
    ids[0] === tried ? Promise.resolve(refuse('conflict', message)) : makeMove(ctx, tx, bulk, ids);
}

async function runSet(
  ctx: Context,
  tx: Transaction,
  id: string,
  most: number,
  make: typeof makeMove,
): Promise<boolean> {
  const [bulk] = await tx<RunningBulk[]>`
    select id, action, params, filter, reason, actor, cursor
    from bulk
    where project_id = ${ctx.projectId} and id = ${id} and status = 'running'
    -- Another job is at it, which goes on: this one need not wait in its place.
    for update skip locked
  `;
  if (bulk === undefined) {
    return false;
  }
  const set = await nextSet(ctx, tx, bulk, most);
  const made = set.ids.length === 0 ? { results: [] } : await make(ctx, tx, bulk, set.ids);
  const failed = failuresOf(made, set.ids);

  if (failed.length > 0) {
    await tx`
      insert into bulk_failure (project_id, bulk_id, instance_id, code, message)
      select ${ctx.projectId}, ${id}, instance_id, code, message
      from jsonb_to_recordset(${asJson(failed)}::text::jsonb)
        as r(instance_id uuid, code text, message text)
    `;
  }
  const [written] = await tx<BulkRow[]>`
    update bulk b
    set
      done = done + ${set.ids.length},
      failed = failed + ${failed.length},
      cursor = coalesce(${set.last}::uuid, cursor),
      status = ${set.last === null ? 'succeeded' : 'running'},
      finished_at = ${set.last === null ? ctx.clock() : null}
    where project_id = ${ctx.projectId} and id = ${id}
    returning ${bulkColumns(tx)}
  `;
  if (set.last === null && written !== undefined) {
    await raiseBulkCompleted(ctx, tx, written);
  }
  return set.last !== null;
}

function nextSet(
  ctx: Context,
  tx: Transaction,
  { id, filter, cursor }: RunningBulk,
  most: number,
): Promise<MatchingSet> {
  return filter === null
    ? nextNamed(ctx, tx, id, cursor, most)
    : nextMatching(ctx, bulkFilter.parse(filter), cursor, most);
}

/** There may be 100,000 of them: cut where they are kept. Whatever ids were named are seen, also ones that no instance has. */
async function nextNamed(
  ctx: Context,
  tx: Transaction,
  bulkId: string,
  cursor: string | null,
  most: number,
): Promise<MatchingSet> {
  const rows = await tx<{ id: string }[]>`
    select named.id
    from bulk b, unnest(b.ids) as named (id)
    where b.project_id = ${ctx.projectId}
      and b.id = ${bulkId}
      and (${cursor}::uuid is null or named.id < ${cursor}::uuid)
    order by named.id desc
    limit ${most}
  `;
  const ids = rows.map(({ id }) => id);
  return { ids, last: ids.at(-1) ?? null };
}

/** As whoever asked for it, and in the transaction of the bulk's own progress. */
async function makeMove(
  ctx: Context,
  tx: Transaction,
  { action, params, reason, actor: asker }: RunningBulk,
  ids: readonly string[],
): Promise<{ results: Moved[] } | Refusal> {
  const actor = await askerNow(ctx, tx, asker);
  if (isRefusal(actor)) {
    return actor;
  }
  const inside: Context = { ...ctx, actor, db: { ...ctx.db, transaction: (work) => work(tx) } };
  return MOVES[action].make(inside, { ...params, ids, reason });
}

function failuresOf(
  made: { results: Moved[] } | Refusal,
  ids: readonly string[],
): { instance_id: string; code: string; message: string }[] {
  if (isRefusal(made)) {
    const { refused: code, message } = made;
    return ids.map((id) => ({ instance_id: id, code, message }));
  }
  return made.results.flatMap((one) =>
    one.ok ? [] : [{ instance_id: one.id, code: one.code, message: one.message }],
  );
}
