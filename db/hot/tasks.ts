import type { Json, JsonObject } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import { jsons, plain, texts, times } from '../columns.ts';
import type { Queryable, Transaction } from '../database.ts';
import { byInstance, type InstanceKey } from './instances.ts';
import { askedAttempts, isAskedAttempt, isWorkOfTask } from './rows.ts';

/** A segment's order; -1 stands for "not a segment". */
export const NO_SEGMENT = -1;

export type TaskKey = InstanceKey & { readonly node: number; readonly segment: number };

/** One live attempt of a task, named by its secret. */
export type AttemptKey = TaskKey & { readonly attempt: number; readonly token: string };

/**
 * The order in which statements lock tasks, so that two of them never wait for each other in a circle: rows of `unnest` are joined one
 * after the other.
 */
export function inLockOrder<Item extends TaskKey>(items: readonly Item[]): Item[] {
  return items.toSorted(
    (one, other) => byInstance(one, other) || one.node - other.node || one.segment - other.segment,
  );
}

/** The end of an attempt, as it is to be kept. */
export type AttemptEnd = AttemptKey & {
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
  readonly error: JsonObject | null;
  readonly output: Json | null;
  /** Take it only if it is still due: a heartbeat may have come between seeing it and taking it. */
  readonly dueBefore?: Date;
};

/** A live task that was taken: its row is gone, its attempt is in the trace. */
export type TakenTask = {
  /** Place of its end in the call. */
  readonly place: number;
  readonly work: string;
  readonly priority: number;
  readonly failures: number;
  readonly openedAt: Date;
  readonly firstAt: Date | null;
  /** It held a slot of its work's max_concurrent, which is free now. */
  readonly slot: boolean;
  /** It drove a service, which knows nothing of the end. */
  readonly remote: boolean;
  /** It had a child instance. */
  readonly child: boolean;
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
  asked: readonly AttemptEnd[],
  now: Date,
): Promise<TakenTask[]> {
  const ends = inLockOrder(asked.map((end, place) => ({ ...end, place })));

  return tx<TakenTask[]>`
    with taken as (
      delete from task t
      using ${askedAttempts(tx, ends, {
        columns: tx`
          ${plain(ends.map((end) => end.outcome))}::text::text[],
          ${plain(ends.map((end) => end.code))}::text::text[],
          ${jsons(ends.map((end) => end.error))}::text::jsonb[],
          ${jsons(ends.map((end) => end.output))}::text::jsonb[],
          ${times(ends.map((end) => end.dueBefore ?? null))}::text::timestamptz[],
          ${plain(ends.map((end) => end.place))}::text::int[]
        `,
        names: tx`outcome, code, error, output, due_before, place`,
      })}
      where ${isAskedAttempt(tx)} and (r.due_before is null or t.due_at <= r.due_before)
      returning r.place, r.outcome, r.code, r.error, r.output, t.*
    ),
    traced as (
      insert into attempt (
        project_id, instance_id, node, segment, number, outcome, code, error, worker, token,
        opened_at, dispatched_at, started_at, finished_at, input, output, remote, child_id
      )
      select
        project_id, instance_id, node, segment, attempt, outcome, code, error, worker, token,
        opened_at, dispatched_at, started_at, ${now}, input, output, remote, child_id
      from taken
    ),
    -- A worker that ends what it never said it had started overtook others all the same: see touchTasks.
    overtaking as (
      insert into work_pulse (project_id, work, overtaken_at)
      select t.project_id, t.work, max(t.dispatched_at)
      from taken t
      join work w on w.project_id = t.project_id and w.key = t.work
      where t.status = 'dispatched'
        and w.start_report
        and (t.outcome <> 'failed' or t.code in ('error', 'exception'))
      group by t.project_id, t.work
      order by t.project_id, t.work
      on conflict (project_id, work) do update
      set overtaken_at = excluded.overtaken_at
      where work_pulse.overtaken_at is null or work_pulse.overtaken_at < excluded.overtaken_at
    )
    select
      place,
      work,
      priority,
      failures,
      slot,
      remote is not null as remote,
      child_id is not null as child,
      opened_at as "openedAt",
      first_at as "firstAt",
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
  /** `running`: it waits for the world outside from the start, as a signal does, with a token of its own. */
  readonly status: 'delayed' | 'ready' | 'running';
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
  /** Its first hand-out; null: none yet. */
  readonly firstAt: Date | null;
  readonly dueAt: Date | null;
  readonly input: Json | null;
};

/** The columns of a new task, in the order of `taskRows`. */
const TASK_COLUMNS = `
  project_id, instance_id, node, segment, work, status, held, priority, attempt, failures,
  dispatch_seconds, run_seconds, heartbeat_seconds, total_seconds, opened_at, first_at,
  due_at, input
`;

/** A table `r` of tasks to make, with TASK_COLUMNS. */
function taskRows(tx: Transaction, tasks: readonly NewTask[]) {
  return tx`
    unnest(
      ${plain(tasks.map((task) => task.projectId))}::text::int[],
      ${plain(tasks.map((task) => task.instanceId))}::text::uuid[],
      ${plain(tasks.map((task) => task.node))}::text::smallint[],
      ${plain(tasks.map((task) => task.segment))}::text::int[],
      ${texts(tasks.map((task) => task.work))}::text::text[],
      ${plain(tasks.map((task) => task.status))}::text::text[],
      ${plain(tasks.map((task) => task.held))}::text::bool[],
      ${plain(tasks.map((task) => task.priority))}::text::smallint[],
      ${plain(tasks.map((task) => task.attempt))}::text::int[],
      ${plain(tasks.map((task) => task.failures))}::text::int[],
      ${plain(tasks.map((task) => task.dispatchSeconds))}::text::float8[],
      ${plain(tasks.map((task) => task.runSeconds))}::text::float8[],
      ${plain(tasks.map((task) => task.heartbeatSeconds))}::text::float8[],
      ${plain(tasks.map((task) => task.totalSeconds))}::text::float8[],
      ${times(tasks.map((task) => task.openedAt))}::text::timestamptz[],
      ${times(tasks.map((task) => task.firstAt))}::text::timestamptz[],
      ${times(tasks.map((task) => task.dueAt))}::text::timestamptz[],
      ${jsons(tasks.map((task) => task.input))}::text::jsonb[]
    ) as r(${tx.unsafe(TASK_COLUMNS)})
  `;
}

export function insertTasks(tx: Transaction, tasks: readonly NewTask[]) {
  const numbered = tasks.every(({ attempt }) => attempt !== null);

  return tx`
    insert into task (${tx.unsafe(TASK_COLUMNS)}, token, dispatched_at, started_at)
    select
      r.project_id, r.instance_id, r.node, r.segment, r.work, r.status, r.held, r.priority,
      ${numbered ? tx`r.attempt` : attemptsSoFar(tx)} + (r.status = 'running')::int,
      r.failures, r.dispatch_seconds, r.run_seconds, r.heartbeat_seconds, r.total_seconds,
      r.opened_at, r.first_at, r.due_at, r.input,
      case when r.status = 'running' then gen_random_uuid() end,
      case when r.status = 'running' then r.opened_at end,
      case when r.status = 'running' then r.opened_at end
    from ${taskRows(tx, tasks)}
  `;
}

/** Only for instances that were retried: planning a look into all partitions costs more than the rest of the statement. */
function attemptsSoFar(tx: Transaction) {
  return tx`
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
    )
  `;
}

/** A task that was taken away and leaves something behind: a free slot, a service to be stopped, a child to be cancelled. */
export type DroppedTask = TaskKey & {
  readonly attempt: number;
  /** Null: it was never handed out. */
  readonly token: string | null;
  readonly work: string;
  readonly slot: boolean;
  /** Somebody outside is at it who is to be told: a service that an `http` node drives, the endpoint of a pushed work. */
  readonly remote: boolean;
  readonly child: boolean;
};

/**
 * Takes all live tasks of some nodes away, into the trace as cancelled. One that was never handed out leaves an attempt too. Answers those
 * that leave something behind.
 */
export function dropTasks(
  tx: Transaction,
  nodes: readonly (InstanceKey & { readonly node: number })[],
  now: Date,
) {
  return tx<DroppedTask[]>`
    with dropped as (
      delete from task t
      using unnest(
        ${nodes.map((key) => key.projectId)}::int[],
        ${nodes.map((key) => key.instanceId)}::uuid[],
        ${nodes.map((key) => key.node)}::smallint[]
      ) as r(project_id, instance_id, node)
      -- As in rows.ts.
      where t.project_id = any(array[r.project_id])
        and t.instance_id = r.instance_id
        and t.node = r.node
      returning t.*
    ),
    traced as (
    insert into attempt (
      project_id, instance_id, node, segment, number, outcome, worker, token,
      opened_at, dispatched_at, started_at, finished_at, input, remote, child_id
    )
    select
      project_id, instance_id, node, segment,
      case when token is null then attempt + 1 else attempt end,
      'cancelled', worker, token, opened_at, dispatched_at, started_at, ${now}, input, remote,
      child_id
    from dropped
    )
    select
      d.project_id as "projectId", d.instance_id as "instanceId", d.node, d.segment, d.attempt,
      d.token, d.work, d.slot, d.remote is not null or pushed.at as remote, d.child_id is not null as child
    from dropped d
    cross join lateral (
      select d.token is not null and exists (
        select from work w
        where w.project_id = d.project_id and w.key = d.work and w.delivery = 'push'
      ) as at
    ) as pushed
    where d.slot or d.remote is not null or d.child_id is not null or pushed.at
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
  asked: readonly Touch[],
  now: Date,
  defaultRunSeconds: number,
): Promise<{ readonly place: number }[]> {
  const touches = inLockOrder(asked.map((touch, place) => ({ ...touch, place })));

  return sql<{ place: number }[]>`
    with touched as (
      update task t
      set
        status = 'running',
        delivering = false,
        started_at = coalesce(t.started_at, ${now}),
        worker = coalesce(r.worker, t.worker),
        progress = coalesce(r.progress, t.progress),
        -- A push that was to be repeated had given its slot away.
        slot = t.slot or w.max_concurrent > 0,
        due_at = running_due(
          coalesce(t.started_at, ${now}),
          t.first_at,
          ${now},
          coalesce(t.run_seconds, w.run_seconds, ${defaultRunSeconds}),
          coalesce(t.heartbeat_seconds, w.heartbeat_seconds),
          coalesce(t.total_seconds, w.total_seconds)
        )
      from work w, ${askedAttempts(sql, touches, {
        columns: sql`
          ${texts(touches.map((touch) => touch.worker))}::text::text[],
          ${plain(touches.map((touch) => touch.progress))}::text::real[],
          ${plain(touches.map((touch) => touch.place))}::text::int[]
        `,
        names: sql`worker, progress, place`,
      })}
      where ${isAskedAttempt(sql)} and ${isWorkOfTask(sql)}
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
