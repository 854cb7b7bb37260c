import type { Json, JsonObject } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import { asJson, type Queryable, type Transaction } from '../database.ts';
import type { InstanceKey } from './instances.ts';

/** A segment's order; -1 stands for "not a segment". */
export const NO_SEGMENT = -1;

export type TaskKey = InstanceKey & { readonly node: number; readonly segment: number };

/** One live attempt of a task, named by its secret. */
export type AttemptKey = TaskKey & { readonly attempt: number; readonly token: string };

/** The end of an attempt, as it is to be kept. */
export type AttemptEnd = AttemptKey & {
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
  readonly error: JsonObject | null;
  readonly output: Json | null;
  /** Take it only if it is still due: a heartbeat may have come between seeing it and taking it. */
  readonly dueBefore: Date | null;
};

/** A live task that was taken: its row is gone, its attempt is in the trace. */
export type TakenTask = {
  /** Place of its end in the call. */
  readonly place: number;
  readonly work: string;
  readonly priority: number;
  readonly failures: number;
  readonly openedAt: Date;
  /** It held a slot of its work's max_concurrent, which is free now. */
  readonly slot: boolean;
  readonly dispatchSeconds: number | null;
  readonly runSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly totalSeconds: number | null;
  /** Null if the attempt succeeded: only a renewed task needs it again. */
  readonly input: Json | null;
};

/**
 * Ends attempts: deletes their live tasks and appends them to the trace, in one statement. An end whose attempt is no longer the live
 * one (it ended before, was taken over, or its instance was cancelled) is not in the answer, and nothing of it is written.
 */
export async function takeTasks(
  tx: Transaction,
  ends: readonly AttemptEnd[],
  now: Date,
): Promise<TakenTask[]> {
  const rows = ends.map((end, place) => ({
    place,
    project_id: end.projectId,
    instance_id: end.instanceId,
    node: end.node,
    segment: end.segment,
    attempt: end.attempt,
    token: end.token,
    outcome: end.outcome,
    code: end.code ?? undefined,
    error: end.error ?? undefined,
    output: end.output ?? undefined,
    due_before: end.dueBefore ?? undefined,
  }));

  return tx<TakenTask[]>`
    with ended as (
      select *
      from jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
        place int, project_id int, instance_id uuid, node smallint, segment int, attempt smallint,
        token uuid, outcome text, code text, error jsonb, output jsonb, due_before timestamptz
      )
    ),
    taken as (
      delete from task t
      using ended e
      where t.project_id = e.project_id
        and t.instance_id = e.instance_id
        and t.node = e.node
        and t.segment = e.segment
        and t.attempt = e.attempt
        and t.token = e.token
        and (e.due_before is null or t.due_at <= e.due_before)
      returning
        e.place, e.outcome, e.code, e.error, e.output, t.*
    ),
    traced as (
      insert into attempt (
        project_id, instance_id, node, segment, number, outcome, code, error, worker, token,
        opened_at, dispatched_at, started_at, finished_at, input, output
      )
      select
        project_id, instance_id, node, segment, attempt, outcome, code, error, worker, token,
        opened_at, dispatched_at, started_at, ${now}, input, output
      from taken
    )
    select
      place,
      work,
      priority,
      failures,
      slot,
      opened_at as "openedAt",
      dispatch_seconds as "dispatchSeconds",
      run_seconds as "runSeconds",
      heartbeat_seconds as "heartbeatSeconds",
      total_seconds as "totalSeconds",
      case when outcome <> 'succeeded' then input end as input
    from taken
    order by place
  `;
}

/** A live task to make. */
export type NewTask = TaskKey & {
  readonly work: string;
  readonly status: 'pending' | 'delayed' | 'ready';
  readonly held: boolean;
  readonly priority: number;
  /** Number of the last hand-out; null: find the last one in the trace (the instance was retried). */
  readonly attempt: number | null;
  readonly failures: number;
  readonly dispatchSeconds: number | null;
  readonly runSeconds: number | null;
  readonly heartbeatSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly openedAt: Date;
  readonly dueAt: Date | null;
  readonly input: Json | null;
};

/** The recordset that `insertTasks` and instance creation share: columns of `task` by their names. */
export function taskRows(tasks: readonly NewTask[]): string {
  return asJson(
    tasks.map((task) => ({
      project_id: task.projectId,
      instance_id: task.instanceId,
      node: task.node,
      segment: task.segment,
      work: task.work,
      status: task.status,
      held: task.held,
      priority: task.priority,
      attempt: task.attempt ?? undefined,
      failures: task.failures,
      dispatch_seconds: task.dispatchSeconds ?? undefined,
      run_seconds: task.runSeconds ?? undefined,
      heartbeat_seconds: task.heartbeatSeconds ?? undefined,
      total_seconds: task.totalSeconds ?? undefined,
      opened_at: task.openedAt,
      due_at: task.dueAt ?? undefined,
      input: task.input ?? undefined,
    })),
  );
}

export function insertTasks(tx: Transaction, tasks: readonly NewTask[]) {
  return tx`
    insert into task (
      project_id, instance_id, node, segment, work, status, held, priority, attempt, failures,
      dispatch_seconds, run_seconds, heartbeat_seconds, total_seconds, opened_at, due_at, input
    )
    select
      r.project_id, r.instance_id, r.node, r.segment, r.work, r.status, r.held, r.priority,
      coalesce(
        r.attempt,
        (
          select max(a.number)
          from attempt a
          where a.project_id = r.project_id
            and a.instance_id = r.instance_id
            and a.node = r.node
            and a.segment = r.segment
        ),
        0
      ),
      r.failures, r.dispatch_seconds, r.run_seconds, r.heartbeat_seconds, r.total_seconds,
      r.opened_at, r.due_at, r.input
    from jsonb_to_recordset(${taskRows(tasks)}::text::jsonb) as r(
      project_id int, instance_id uuid, node smallint, segment int, work text, status text,
      held bool, priority smallint, attempt smallint, failures smallint,
      dispatch_seconds float8, run_seconds float8, heartbeat_seconds float8, total_seconds float8,
      opened_at timestamptz, due_at timestamptz, input jsonb
    )
  `;
}

/** Lets the next held-back segments of a fan-out go, in their order; fewer if fewer are left. */
export function releaseSegments(
  tx: Transaction,
  key: InstanceKey & { readonly node: number },
  count: number,
) {
  return tx`
    update task
    set status = 'ready'
    where (project_id, instance_id, node, segment) in (
      select project_id, instance_id, node, segment
      from task
      where project_id = ${key.projectId}
        and instance_id = ${key.instanceId}
        and node = ${key.node}
        and status = 'pending'
      order by segment
      limit ${count}
    )
  `;
}

/** Takes all live tasks of some nodes away, into the trace as cancelled. One that was never handed out leaves an attempt too. */
export function dropTasks(
  tx: Transaction,
  nodes: readonly (InstanceKey & { readonly node: number })[],
  now: Date,
) {
  return tx`
    with dropped as (
      delete from task t
      using unnest(
        ${nodes.map((key) => key.projectId)}::int[],
        ${nodes.map((key) => key.instanceId)}::uuid[],
        ${nodes.map((key) => key.node)}::smallint[]
      ) as d(project_id, instance_id, node)
      where t.project_id = d.project_id and t.instance_id = d.instance_id and t.node = d.node
      returning t.*
    )
    insert into attempt (
      project_id, instance_id, node, segment, number, outcome, worker, token,
      opened_at, dispatched_at, started_at, finished_at, input
    )
    select
      project_id, instance_id, node, segment,
      case when token is null then attempt + 1 else attempt end,
      'cancelled', worker, token, opened_at, dispatched_at, started_at, ${now}, input
    from dropped
  `;
}

/** What a report that does not end its attempt changes. */
export type Touch = AttemptKey & {
  readonly worker: string | null;
  readonly progress: number | null;
};

/**
 * Records starts and signs of life, and sets the next deadline from the node's and the work's timeouts. Answers the places of those
 * whose attempt is live; the others changed nothing.
 */
export async function touchTasks(
  sql: Queryable,
  touches: readonly Touch[],
  now: Date,
  defaultRunSeconds: number,
): Promise<{ readonly place: number }[]> {
  const rows = touches.map((touch, place) => ({
    place,
    project_id: touch.projectId,
    instance_id: touch.instanceId,
    node: touch.node,
    segment: touch.segment,
    attempt: touch.attempt,
    token: touch.token,
    worker: touch.worker ?? undefined,
    progress: touch.progress ?? undefined,
  }));

  return sql<{ place: number }[]>`
    with touched as (
      update task t
      set
        status = 'running',
        delivering = false,
        started_at = coalesce(t.started_at, ${now}),
        worker = coalesce(r.worker, t.worker),
        progress = coalesce(r.progress, t.progress),
        due_at = running_due(
          coalesce(t.started_at, ${now}),
          t.opened_at,
          ${now},
          coalesce(t.run_seconds, w.run_seconds, ${defaultRunSeconds}),
          coalesce(t.heartbeat_seconds, w.heartbeat_seconds),
          coalesce(t.total_seconds, w.total_seconds)
        )
      from work w, jsonb_to_recordset(${asJson(rows)}::text::jsonb) as r(
        place int, project_id int, instance_id uuid, node smallint, segment int, attempt smallint,
        token uuid, worker text, progress real
      )
      where t.project_id = r.project_id
        and t.instance_id = r.instance_id
        and t.node = r.node
        and t.segment = r.segment
        and t.attempt = r.attempt
        and t.token = r.token
        and w.project_id = t.project_id
        and w.key = t.work
      returning r.place, t.project_id, t.work, t.dispatched_at, w.start_report
    ),
    -- Whatever was handed out before these and has not started was overtaken by them.
    overtaking as (
      insert into work_pulse (project_id, work, overtaken_at)
      select project_id, work, max(dispatched_at)
      from touched
      where start_report
      group by project_id, work
      order by project_id, work
      on conflict (project_id, work) do update
      set overtaken_at = excluded.overtaken_at
      where work_pulse.overtaken_at is null or work_pulse.overtaken_at < excluded.overtaken_at
    )
    select place from touched
  `;
}
