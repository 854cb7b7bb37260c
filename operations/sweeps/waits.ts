/**
 * What ends by the clock alone: a `wait` whose time has come, a `signal` that nobody sent in time. They end as a worker's report would
 * end them: whoever is first ends the attempt, the other changes nothing.
 */
import type { Transaction } from '#db/database.ts';
import { lockInstances } from '#db/hot/instances.ts';
import { askedTasks, isAskedTask } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey, type TaskKey } from '#db/hot/tasks.ts';
import type { Json } from '#engine/json.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { handleDue, putOffTask } from './due.ts';
import { endAttempts, succeeded, type End } from '../tasks/end.ts';

/** Tasks of one transaction. */
const MOST_PER_BATCH = 500;

/** Ends the waits and the signals whose time has come; answers how many. */
export async function endWaits(ctx: Context): Promise<number> {
  const ended = await handleDue(ctx, {
    find: () => findDue(ctx),
    most: MOST_PER_BATCH,
    handle: (tx, due) => endDue(ctx, tx, due),
    putOff: putOffTask(ctx),
  });
  return ended.reduce((sum, count) => sum + count, 0);
}

function findDue(ctx: Context) {
  return ctx.db.sql<TaskKey[]>`
    select project_id as "projectId", instance_id as "instanceId", node, segment
    from task
    where due_at <= ${ctx.clock()}
      and (
        (work = ${INTERNAL_WORKS.wait} and status = 'delayed')
        or (work = ${INTERNAL_WORKS.signal} and status = 'running')
      )
    order by due_at
    limit ${MOST_PER_BATCH}
  `;
}

async function endDue(ctx: Context, tx: Transaction, due: readonly TaskKey[]): Promise<number> {
  const now = ctx.clock();
  await lockInstances(
    tx,
    due.map((key) => ({ ...key, withContext: false })),
  );
  const taken = await takeOver(tx, due, now);
  await endAttempts(
    ctx,
    tx,
    taken.map((row) => endOf(row, now)),
  );

  return due.length;
}

type TakenWait = AttemptKey & { readonly work: string; readonly input: Json | null };

/** A wait has no attempt that could end: the sweep takes it as a worker would. A signal has had one from the start. */
function takeOver(tx: Transaction, due: readonly TaskKey[], now: Date) {
  const keys = inLockOrder(due);

  return tx<TakenWait[]>`
    update task t
    set
      status = 'running',
      attempt = case when t.token is null then t.attempt + 1 else t.attempt end,
      token = coalesce(t.token, gen_random_uuid()),
      -- A wait is at its work from the moment that it is open.
      started_at = coalesce(t.started_at, t.opened_at)
    from ${askedTasks(tx, keys)}
    where ${isAskedTask(tx)}
      and t.work in (${INTERNAL_WORKS.wait}, ${INTERNAL_WORKS.signal})
      and t.due_at <= ${now}
    returning
      t.project_id as "projectId", t.instance_id as "instanceId", t.node, t.segment, t.attempt,
      t.token, t.work, t.input
  `;
}

function endOf({ work, input, ...key }: TakenWait, dueBefore: Date): End {
  const end = work === INTERNAL_WORKS.wait ? succeeded(null) : unheard(input);
  return { ...key, ...end, retryable: false, dueBefore };
}

/** Nobody sent the signal: its default holds, if it has one. The input of the task was made by engine/program.ts. */
function unheard(input: Json | null) {
  if (typeof input === 'object' && input !== null && 'default' in input) {
    return succeeded(input['default'] ?? null);
  }
  const name = typeof input === 'object' && input !== null && 'signal' in input && input['signal'];
  const message = `no signal "${typeof name === 'string' ? name : ''}" came in time`;

  return { outcome: 'failed', code: 'run_timeout', error: { message }, output: null } as const;
}
