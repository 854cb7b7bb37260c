/** The log of due times, which is also how a schedule knows which of its instances have not ended. */
import { asJson, type Transaction } from '#db/database.ts';
import type { RunOutcome } from '#engine/schedule/decide.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';

/** Kept per schedule; those whose instances run are kept beyond it. */
const RUNS_KEPT = 100;

export type Open = { readonly instanceId: string };

/** Instances of schedules that have not ended; those that have are closed on the way. */
export async function findOpen(
  ctx: Context,
  tx: Transaction,
  schedules: readonly { readonly id: string }[],
): Promise<(scheduleId: string) => readonly Open[]> {
  const rows = await tx<
    { id: number; scheduleId: string; instanceId: string; status: InstanceStatus | null }[]
  >`
    select r.id, r.schedule_id as "scheduleId", r.instance_id as "instanceId", i.status
    from schedule_run r
    left join instance i on i.project_id = r.project_id and i.id = r.instance_id
    where r.project_id = ${ctx.projectId} and r.open
      and r.schedule_id = any(${schedules.map(({ id }) => id)}::uuid[])
  `;
  const ended = rows.filter(({ status }) => status === null || isFinalInstance(status));

  if (ended.length > 0) {
    await tx`
      update schedule_run
      set open = false
      where project_id = ${ctx.projectId} and id = any(${ended.map(({ id }) => id)}::bigint[])
    `;
  }
  const open = Map.groupBy(
    rows.filter((row) => !ended.includes(row)),
    ({ scheduleId }) => scheduleId,
  );
  return (scheduleId) => open.get(scheduleId) ?? [];
}

export type RunToKeep = {
  readonly scheduleId: string;
  readonly at: Date;
  readonly outcome: RunOutcome;
  readonly instanceId: string | null;
  readonly message: string | null;
  readonly runBy: string | null;
  readonly waited: boolean;
};

/** Writes what became of due times, and forgets the oldest. */
export async function keepRuns(
  ctx: Context,
  tx: Transaction,
  runs: readonly RunToKeep[],
): Promise<void> {
  const now = ctx.clock();
  const rows = runs.map((run) => ({
    schedule_id: run.scheduleId,
    due_at: run.at.toISOString(),
    outcome: run.outcome,
    run_by: run.runBy,
    instance_id: run.instanceId,
    message: run.message,
    waited: run.waited,
  }));
  const schedules = [...new Set(runs.map(({ scheduleId }) => scheduleId))];

  await tx`
    with r as (
      select *
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
        schedule_id uuid, due_at timestamptz, outcome text, run_by text, instance_id uuid,
        message text, waited bool
      )
    ),
    waited as (
      update schedule_run w
      set
        outcome = r.outcome, instance_id = r.instance_id, message = r.message, at = ${now},
        open = r.outcome = 'started'
      from r
      where r.waited and w.project_id = ${ctx.projectId} and w.schedule_id = r.schedule_id
        and w.due_at = r.due_at and w.outcome = 'waiting'
    )
    insert into schedule_run (
      project_id, schedule_id, due_at, at, outcome, run_by, instance_id, message, open
    )
    select
      ${ctx.projectId}, schedule_id, due_at, ${now}, outcome, run_by, instance_id, message,
      outcome = 'started'
    from r
    where not waited
    order by schedule_id, due_at
  `;
  await tx`
    delete from schedule_run old
    using unnest(${schedules}::uuid[]) as s(id)
    where old.project_id = ${ctx.projectId} and old.schedule_id = s.id
      and not old.open and old.outcome <> 'waiting'
      and old.id < (
        select r.id
        from schedule_run r
        where r.project_id = ${ctx.projectId} and r.schedule_id = s.id
        order by r.id desc
        offset ${RUNS_KEPT - 1}
        limit 1
      )
  `;
}
