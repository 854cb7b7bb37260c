/**
 * Making the instances of schedules that are due. One transaction locks some schedules, makes their instances and moves `next_at`: all of
 * it or nothing, so a crash anywhere leaves the due time as it was, and of two processes one finds the other's lock. What stands behind
 * that is the dedupe key of the instance, schedule and due time.
 *
 *     due      next_at <= now                                    decide() says what becomes of each due time
 *     freed    waiting_at, and what it waited for has ended      it starts
 *
 * Locks: the schedules, then as in creation (workflows, objects), then instances that make room, in the order of their keys.
 */
import { asJson, type Transaction } from '#db/database.ts';
import { lockInstances } from '#db/hot/instances.ts';
import { wake } from '#db/jobs.ts';
import { decide, type RunOutcome } from '#engine/schedule/decide.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { cancelLocked } from '../instances/cancel.ts';
import { createInTransaction } from '../instances/create.ts';
import { recordEvents } from '../instances/record_events.ts';
import { announceWorkflow } from '../workflows/announce.ts';
import { instanceOf } from './instance_of.ts';
import { keepRuns, findOpen, type Open } from './open.ts';
import { cronOf, scheduleColumns, type ScheduleRow } from './schedule.ts';

/** Schedules of one transaction: at most a hundred instances each, nearly always one. */
const BATCH = 20;

type Run = {
  readonly row: ScheduleRow;
  readonly at: Date;
  readonly outcome: RunOutcome;
  readonly message: string | null;
  /** It waited, and has its line in the log. */
  readonly waited: boolean;
  readonly instanceId: string | null;
};

type Turn = {
  readonly row: ScheduleRow;
  readonly runs: readonly Run[];
  readonly nextAt: Date | null;
  readonly waitingAt: Date | null;
  /** Instances that make room. */
  readonly replaced: readonly string[];
};

/** Makes what is due of a project, batch by batch, until nothing is; answers how many instances that were. */
export async function runSchedules(
  ctx: Context,
  { stopping }: { readonly stopping?: AbortSignal } = {},
): Promise<{ readonly started: number; readonly failed: number }> {
  let [started, failed] = [0, 0];

  for (let more = true; more && stopping?.aborted !== true;) {
    const batch = await ctx.db.transaction((tx) => runBatch(ctx, tx));
    started += batch.filter(({ outcome }) => outcome === 'started').length;
    failed += batch.filter(({ outcome }) => outcome === 'failed').length;
    more = batch.length > 0;
  }
  return { started, failed };
}

async function runBatch(ctx: Context, tx: Transaction): Promise<readonly Run[]> {
  const now = ctx.clock();
  const rows = await lockDue(ctx, tx, now);
  if (rows.length === 0) {
    return [];
  }
  // A statement of its own: its snapshot sees what the last holder of a lock committed.
  const openOf = await findOpen(ctx, tx, rows);
  const judged = rows.map((row) => judge(row, openOf(row.id), now));
  const turns = await make(ctx, tx, judged);

  await cancelReplaced(ctx, tx, turns);
  await write(ctx, tx, turns);
  await tell(ctx, tx, turns);

  return turns.flatMap(({ runs }) => runs);
}

/** Schedules with something to do. Those that another process is at are its own. */
async function lockDue(ctx: Context, tx: Transaction, now: Date): Promise<ScheduleRow[]> {
  return tx<ScheduleRow[]>`
    with due as (
      select id
      from schedule
      where project_id = ${ctx.projectId} and next_at <= ${now}
      order by next_at
      limit ${BATCH}
    ),
    freed as (
      select s.id
      from schedule s
      where s.project_id = ${ctx.projectId} and s.waiting_at is not null
        and not exists (
          select
          from schedule_run r
          join instance i on i.project_id = r.project_id and i.id = r.instance_id
          where r.project_id = s.project_id and r.schedule_id = s.id and r.open
            and i.status not in ('succeeded', 'failed', 'cancelled')
        )
      limit ${BATCH}
    )
    select ${scheduleColumns(tx)}
    from schedule s
    join workflow w on w.project_id = s.project_id and w.id = s.workflow_id
    where s.project_id = ${ctx.projectId}
      and s.id in (select id from due union all select id from freed)
      -- Read again once the lock is had: another process may have been at it meanwhile.
      and (s.next_at <= ${now} or s.waiting_at is not null)
    order by s.id
    for no key update of s skip locked
  `;
}

type Judged = Omit<Turn, 'runs'> & {
  readonly runs: readonly Pick<Run, 'at' | 'outcome' | 'message' | 'waited'>[];
};

function judge(row: ScheduleRow, open: readonly Open[], now: Date): Judged {
  const { nextAt, waitingAt } = row;
  const cron = cronOf(row);
  const starts = waitingAt !== null && open.length === 0;
  const waited = starts
    ? [{ at: waitingAt, outcome: 'started' as const, message: null, waited: true }]
    : [];
  const still = starts ? null : waitingAt;

  if (nextAt === null || nextAt > now) {
    return { row, runs: waited, nextAt, waitingAt: still, replaced: [] };
  }
  if (cron === null) {
    const message = `The schedule cannot be read any more: "${row.cron}" in ${row.timeZone}.`;
    const lost = { at: nextAt, outcome: 'failed' as const, message, waited: false };
    return { row, runs: [...waited, lost], nextAt: null, waitingAt: still, replaced: [] };
  }
  const verdict = decide(
    { ...row, cron, nextAt: nextAt.getTime(), endAt: row.endAt?.getTime() ?? null },
    {
      now: now.getTime(),
      busy: starts || open.length > 0,
      waiting: waitingAt !== null && !starts,
    },
  );
  const waits = verdict.runs.find(({ outcome }) => outcome === 'waiting');

  return {
    row,
    runs: [
      ...waited,
      ...verdict.runs.map(({ at, outcome }) => ({
        at: new Date(at),
        outcome,
        message: null,
        waited: false,
      })),
    ],
    nextAt: verdict.nextAt === null ? null : new Date(verdict.nextAt),
    waitingAt: waits === undefined ? still : new Date(waits.at),
    replaced: verdict.replaces ? open.map(({ instanceId }) => instanceId) : [],
  };
}

/** Makes the instances of all turns at once. What cannot be made has failed, and stops no other. */
async function make(ctx: Context, tx: Transaction, judged: readonly Judged[]): Promise<Turn[]> {
  const rendered = judged.flatMap(({ row, runs }) =>
    runs
      .filter(({ outcome }) => outcome === 'started')
      .map((run) => ({ run, made: instanceOf(row, run.at) })),
  );
  const items = rendered.flatMap(({ run, made }) => (made.ok ? [{ run, item: made.item }] : []));
  const created = await createInTransaction(
    ctx,
    tx,
    items.map(({ item }) => item),
  );
  const resultOf = new Map(items.map(({ run }, place) => [run, created[place]]));
  const faultOf = new Map(
    rendered.flatMap(({ run, made }) => (made.ok ? [] : [[run, made.message] as const])),
  );

  return judged.map((turn) => ({
    ...turn,
    runs: turn.runs.map((run): Run => {
      const result = resultOf.get(run);
      const failure = faultOf.get(run) ?? (result?.ok === false ? result.message : undefined);

      return failure === undefined
        ? { ...run, row: turn.row, instanceId: result?.ok === true ? result.id : null }
        : { ...run, row: turn.row, outcome: 'failed', message: failure, instanceId: null };
    }),
  }));
}

/** Only where the instance that takes the place was made. */
async function cancelReplaced(
  ctx: Context,
  tx: Transaction,
  turns: readonly Turn[],
): Promise<void> {
  const replacing = turns.filter(({ runs }) => runs.some(({ outcome }) => outcome === 'started'));
  const replacedBy = new Map(
    replacing.flatMap(({ replaced, runs }) => {
      const by = runs.findLast(({ instanceId }) => instanceId !== null)?.instanceId ?? '';
      return replaced.filter((id) => id !== by).map((id) => [id, by] as const);
    }),
  );
  const locked = await lockInstances(
    tx,
    [...replacedBy.keys()].map((instanceId) => ({
      projectId: ctx.projectId,
      instanceId,
      withContext: false,
    })),
  );
  const unfinished = locked.filter(({ status }) => !isFinalInstance(status));

  if (unfinished.length > 0) {
    await cancelLocked(ctx, tx, unfinished);
    await recordEvents(
      ctx,
      tx,
      unfinished.map(({ instanceId }) => ({
        instanceId,
        type: 'cancelled',
        message: 'Replaced by the next run of its schedule.',
        data: { replacedBy: replacedBy.get(instanceId) ?? '' },
      })),
    );
  }
}

async function write(ctx: Context, tx: Transaction, turns: readonly Turn[]): Promise<void> {
  await keepRuns(
    ctx,
    tx,
    turns.flatMap(({ runs }) =>
      runs.map((run) => ({ ...run, scheduleId: run.row.id, runBy: null })),
    ),
  );

  const rows = turns.map(({ row, runs, nextAt, waitingAt }) => ({
    id: row.id,
    next_at: nextAt?.toISOString() ?? null,
    waiting_at: waitingAt?.toISOString() ?? null,
    last_at: runs.at(-1)?.at.toISOString() ?? null,
    last_instance_id: runs.findLast(({ instanceId }) => instanceId !== null)?.instanceId ?? null,
  }));
  await tx`
    update schedule s
    set
      next_at = r.next_at,
      waiting_at = r.waiting_at,
      last_at = coalesce(r.last_at, s.last_at),
      last_instance_id = coalesce(r.last_instance_id, s.last_instance_id)
    from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
      id uuid, next_at timestamptz, waiting_at timestamptz, last_at timestamptz,
      last_instance_id uuid
    )
    where s.project_id = ${ctx.projectId} and s.id = r.id
  `;
}

async function tell(ctx: Context, tx: Transaction, turns: readonly Turn[]): Promise<void> {
  const { projectId } = ctx;
  const started = turns.flatMap(({ row, runs }) =>
    runs.flatMap(({ instanceId, at }) => (instanceId === null ? [] : [{ row, instanceId, at }])),
  );
  if (started.length > 0) {
    await recordEvents(
      ctx,
      tx,
      started.map(({ row, instanceId, at }) => scheduledBy(row, instanceId, at)),
    );
  }
  for (const id of new Set(turns.map(({ row }) => row.workflowId))) {
    await announceWorkflow(tx, { projectId, id });
  }
}

export function scheduledBy(row: ScheduleRow, instanceId: string, at: Date) {
  return {
    instanceId,
    type: 'scheduled_by' as const,
    message: `By schedule "${row.key}", due at ${at.toISOString()}.`,
    data: { schedule: row.key, scheduleId: row.id, dueAt: at.toISOString() },
  };
}

/** Wakes whoever makes the instances of schedules, if some are due. Two index probes. */
export async function wakeSchedules(ctx: Context, tx: Transaction): Promise<void> {
  const due = await tx<{ projectId: number }[]>`
    select project_id as "projectId"
    from (
      select project_id from schedule where next_at <= ${ctx.clock()} order by next_at limit 100
    ) as due
    union
    select s.project_id
    from schedule s
    where s.waiting_at is not null
      and not exists (
        select
        from schedule_run r
        join instance i on i.project_id = r.project_id and i.id = r.instance_id
        where r.project_id = s.project_id and r.schedule_id = s.id and r.open
          and i.status not in ('succeeded', 'failed', 'cancelled')
      )
  `;
  await wake(
    tx,
    due.map(({ projectId }) => ({ name: 'schedule' as const, payload: { projectId } })),
  );
}
