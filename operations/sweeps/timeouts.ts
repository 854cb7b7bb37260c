/**
 * Timeouts. The sweep finds live tasks whose due time has passed, the engine says what that means, and the ends go the same way as
 * reports: whoever is first ends the attempt, the other changes nothing.
 */
import { plain, times } from '#db/columns.ts';
import { asJson, type Transaction } from '#db/database.ts';
import { lockInstances } from '#db/hot/instances.ts';
import {
  askedAttempts,
  askedTasks,
  isAskedAttempt,
  isAskedTask,
  isWorkOfTask,
} from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import { wake } from '#db/jobs.ts';
import { INTERNAL_WORKS, isRunnable } from '#engine/plan.ts';
import type { DueTask } from '#engine/timeout.ts';
import { judgeTimeout } from '#engine/timeout.ts';
import type { Context } from '../context.ts';
import { recordDispatchTimeouts } from '../alerts/events.ts';
import { announce } from '../instances/announce.ts';
import { endAttempts, type End } from '../tasks/end.ts';
import type { DeliveryError } from '../tasks/push.ts';
import { handleDue, putOffTask } from './due.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from '../tasks/settings.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';

/** Tasks of one transaction. */
const MOST_PER_BATCH = 500;

type DueRow = Omit<DueTask, 'firstAt' | 'dispatchedAt' | 'startedAt' | 'overtakenAt'> &
  AttemptKey & {
    readonly firstAt: Date | null;
    readonly dispatchedAt: Date | null;
    readonly startedAt: Date | null;
    readonly overtakenAt: Date | null;
    readonly versionId: number;
    readonly work: string;
  };

export type TimeoutCounts = {
  readonly failed: number;
  readonly redelivered: number;
  readonly waiting: number;
};

/** Looks at every live task whose due time has passed. */
export async function sweepTimeouts(ctx: Context): Promise<TimeoutCounts> {
  const counts = await handleDue(ctx, {
    find: () => findDue(ctx),
    most: MOST_PER_BATCH,
    handle: (tx, due) => judgeDue(ctx, tx, due),
    putOff: putOffTask(ctx),
  });

  return counts.reduce(
    (sum, batch) => ({
      failed: sum.failed + batch.failed,
      redelivered: sum.redelivered + batch.redelivered,
      waiting: sum.waiting + batch.waiting,
    }),
    { failed: 0, redelivered: 0, waiting: 0 },
  );
}

async function judgeDue(
  ctx: Context,
  tx: Transaction,
  due: readonly DueRow[],
): Promise<TimeoutCounts> {
  const now = ctx.clock();
  const programOf = await loadPrograms(
    ctx.db,
    tx,
    due.map(({ versionId }) => versionId),
  );
  const judged = due.map((row) => ({
    row,
    verdict: judgeTimeout(
      {
        ...row,
        dispatchMode: dispatchModeOf(programOf(row.versionId), row.node) ?? row.dispatchMode,
        firstAt: row.firstAt?.getTime() ?? null,
        dispatchedAt: row.dispatchedAt?.getTime() ?? null,
        startedAt: row.startedAt?.getTime() ?? null,
        overtakenAt: row.overtakenAt?.getTime() ?? null,
      },
      now.getTime(),
    ),
  }));

  const redelivered = inLockOrder(
    judged.flatMap(({ row, verdict }) => (verdict.type === 'redeliver' ? [row] : [])),
  );
  const waiting = inLockOrder(
    judged.flatMap(({ row, verdict }) =>
      verdict.type === 'wait' ? [{ ...row, until: verdict.until }] : [],
    ),
  );
  const failed = judged.flatMap(({ row, verdict }) =>
    verdict.type === 'fail' ? [{ row, verdict }] : [],
  );

  // Instances before tasks, as everywhere: taking a waiting task over locks its row.
  await lockInstances(
    tx,
    failed.map(({ row }) => ({ ...row, withContext: false })),
  );
  const ended = await endAttempts(
    ctx,
    tx,
    await Promise.all(
      failed.map(async ({ row, verdict }) =>
        timeoutEnd(row.status === 'ready' ? await takeOver(tx, row, now) : row, verdict, now),
      ),
    ),
  );
  await recordDispatchTimeouts(
    ctx,
    tx,
    failed.flatMap(({ row, verdict }, place) =>
      verdict.code === 'dispatch_timeout' && ended.has(place) ? [row] : [],
    ),
  );
  await redeliver(tx, redelivered, now);
  await postpone(tx, waiting);

  return { failed: failed.length, redelivered: redelivered.length, waiting: waiting.length };
}

/** The node's word goes before the work's. */
function dispatchModeOf({ program }: VersionProgram, node: number) {
  const plan = program.plan.nodes[node];
  return plan !== undefined && isRunnable(plan) ? plan.timeouts?.dispatchMode : undefined;
}

/** Nothing is locked yet: the due time is checked again when a task is taken. */
function findDue(ctx: Context) {
  return ctx.db.sql<DueRow[]>`
    select
      t.project_id as "projectId",
      t.instance_id as "instanceId",
      t.node,
      t.segment,
      t.attempt,
      t.token,
      t.status,
      t.work,
      t.delivering,
      t.first_at as "firstAt",
      t.dispatched_at as "dispatchedAt",
      t.started_at as "startedAt",
      coalesce(t.dispatch_seconds, w.dispatch_seconds, ${DEFAULT_DISPATCH_SECONDS}) as "dispatchSeconds",
      w.dispatch_mode as "dispatchMode",
      i.version_id as "versionId",
      coalesce(t.run_seconds, w.run_seconds, ${DEFAULT_RUN_SECONDS}) as "runSeconds",
      coalesce(t.heartbeat_seconds, w.heartbeat_seconds) as "heartbeatSeconds",
      coalesce(t.total_seconds, w.total_seconds) as "totalSeconds",
      p.overtaken_at as "overtakenAt"
    from task t
    join work w on ${isWorkOfTask(ctx.db.sql)}
    -- As in db/hot/rows.ts.
    join instance i on i.project_id = any(array[t.project_id]) and i.id = t.instance_id
    left join work_pulse p on p.project_id = t.project_id and p.work = t.work
    where t.due_at <= ${ctx.clock()} and t.status <> 'delayed' and t.work <> ${INTERNAL_WORKS.signal}
    order by t.due_at
    limit ${MOST_PER_BATCH}
  `;
}

/** A task that waits has no attempt that could end: the sweep takes it as a worker would, in the same transaction. */
async function takeOver(tx: Transaction, row: DueRow, now: Date): Promise<AttemptKey> {
  const [taken] = await tx<{ attempt: number; token: string }[]>`
    update task
    set status = 'dispatched', attempt = attempt + 1, token = gen_random_uuid()
    where project_id = ${row.projectId}
      and instance_id = ${row.instanceId}
      and node = ${row.node}
      and segment = ${row.segment}
      and status = 'ready'
      and due_at <= ${now}
    returning attempt, token
  `;
  return { ...row, ...taken };
}

function timeoutEnd(
  { projectId, instanceId, node, segment, attempt, token }: AttemptKey,
  { code, message }: { readonly code: End['code']; readonly message: string },
  dueBefore: Date,
): End {
  const key = { projectId, instanceId, node, segment, attempt, token };
  return { ...key, outcome: 'failed', code, error: { message }, output: null, dueBefore };
}

/** Why a push was in vain of which nobody said anything any more. */
const LEASE_RAN_OUT =
  'it is not known whether it arrived: the process that pushed it ended before it had written that down';

/** The same attempt is sent, or run, again: it is ready, keeps its token, and `deliveries` says so. */
async function redeliver(tx: Transaction, rows: readonly DueRow[], now: Date): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const error: DeliveryError = { message: LEASE_RAN_OUT, at: now.toISOString() };
  const ready = await tx<{ projectId: number; work: string }[]>`
    update task t
    set
      status = 'ready',
      delivering = false,
      deliveries = t.deliveries + 1,
      delivery_error = case
        when w.delivery = 'push' then ${asJson(error)}::text::jsonb
        else t.delivery_error
      end,
      slot = false,
      due_at = null
    from work w, ${askedAttempts(tx, rows)}
    where ${isAskedAttempt(tx)} and t.delivering and t.due_at <= ${now} and ${isWorkOfTask(tx)}
    returning t.project_id as "projectId", t.work
  `;
  await wake(tx, [], ready);
  await announce(tx, { changed: [], ready });
}

async function postpone(
  tx: Transaction,
  waiting: readonly (DueRow & { readonly until: number })[],
): Promise<void> {
  if (waiting.length === 0) {
    return;
  }
  await tx`
    update task t
    set due_at = r.until
    from ${askedTasks(tx, waiting, {
      columns: tx`
        ${plain(waiting.map((row) => row.attempt))}::text::int[],
        ${plain(waiting.map((row) => row.status))}::text::text[],
        ${times(waiting.map(({ until }) => new Date(until)))}::text::timestamptz[]
      `,
      names: tx`attempt, status, until`,
    })}
    where ${isAskedTask(tx)} and t.attempt = r.attempt and t.status = r.status
  `;
}
