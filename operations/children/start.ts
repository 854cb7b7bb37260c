/**
 * Child instances: how a `workflow` node, or a segment of a fan-out over a workflow, begins. The child is made in the transaction that
 * writes it down in its parent's task, so that a crash leaves either both or neither, and a repeated hand-out finds the child it made.
 *
 *     dispatched, with a lease ──> running until the child's end is told               or, of one that nobody waits for:
 *                              ──> child written down, still with its lease ──> finished, by a report of its own
 */
import { plain } from '#db/columns.ts';
import type { Transaction } from '#db/database.ts';
import { askedAttempts, isAskedAttempt } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import type { Json } from '#engine/json.ts';
import type { PlanChild } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { createInTransaction } from '../instances/create.ts';
import { createInstance, MOST_OBJECT_ID, type Created } from '../instances/create/instance.ts';
import { reportTasks } from '../tasks/report.ts';
import type { Report } from '../tasks/reports.ts';
import { writeToken } from '../tasks/token.ts';
import { togetherOrAlone } from '../together.ts';

/** An attempt at a `workflow` node or segment that was handed out to Latchwork itself. */
export type ChildTask = AttemptKey & {
  readonly child: PlanChild;
  /** Rendered by the engine: `{objectId, input}`. */
  readonly input: Json | null;
};

type LiveTask = ChildTask & { readonly childId: string | null };

type Outcome =
  | { readonly task: ChildTask; readonly childId: string }
  | { readonly task: ChildTask; readonly failure: string; readonly retryable: boolean };

/**
 * Makes the children of these attempts. Those that nobody waits for, and those that cannot be made, end at once; one that the database will
 * not have takes no others along.
 */
export async function startChildren(ctx: Context, tasks: readonly ChildTask[]): Promise<void> {
  const outcomes = await togetherOrAlone(
    tasks,
    (batch) => makeChildren(ctx, batch),
    (task, fault): Promise<Outcome[]> => {
      const failure = fault instanceof Error ? fault.message : String(fault);
      return Promise.resolve([
        { task, failure: `the child could not be made: ${failure}`, retryable: true },
      ]);
    },
  );
  await reportTasks(ctx, outcomes.flat().flatMap(reportOf));
}

function makeChildren(ctx: Context, tasks: readonly ChildTask[]): Promise<Outcome[]> {
  return ctx.db.transaction(async (tx) => {
    const live = await lockLive(tx, tasks);
    const made = live.flatMap(({ childId, ...task }) =>
      childId === null ? [] : [{ task, childId }],
    );
    const fresh = live.filter(({ childId }) => childId === null);
    const created = await create(ctx, tx, fresh);

    await writeChildren(ctx, tx, created);
    return [...made, ...created];
  });
}

/** The attempts that are still live, locked; those whose child was made before a crash know it. */
async function lockLive(tx: Transaction, asked: readonly ChildTask[]): Promise<LiveTask[]> {
  const tasks = inLockOrder(asked);
  const rows = await tx<{ place: number; childId: string | null }[]>`
    select r.place, t.child_id as "childId"
    from ${askedAttempts(tx, tasks, {
      columns: tx`${plain(tasks.map((_, place) => place))}::text::int[]`,
      names: tx`place`,
    })}
    join task t on ${isAskedAttempt(tx)}
    for update of t
  `;

  return rows.flatMap(({ place, childId }) => {
    const task = tasks[place];
    return task === undefined ? [] : [{ ...task, childId }];
  });
}

async function create(
  ctx: Context,
  tx: Transaction,
  tasks: readonly ChildTask[],
): Promise<Outcome[]> {
  const ancestorsOf = await findAncestors(ctx, tx, tasks);
  const outcomes: Outcome[] = [];
  const allowed: ChildTask[] = [];

  for (const task of tasks) {
    const ancestors = ancestorsOf(task.instanceId);
    const { objectId } = readInput(task.input);
    // The table's indexes would refuse it, and with it all that begin in this transaction.
    if (!createInstance.shape.objectId.safeParse(objectId).success) {
      const failure = `The object id of a child has 1 to ${MOST_OBJECT_ID} characters, not ${objectId.length}.`;
      outcomes.push({ task, failure, retryable: false });
    } else if (ancestors.includes(task.child.workflow)) {
      const path = [...ancestors.toReversed(), task.child.workflow].join(' > ');
      const failure = `Workflow "${task.child.workflow}" would run inside itself: ${path}.`;
      outcomes.push({ task, failure, retryable: false });
    } else {
      allowed.push(task);
    }
  }

  const made = await createInTransaction(
    ctx,
    tx,
    allowed.map(({ child, input, instanceId, node, segment, attempt, token }) => ({
      workflow: child.workflow,
      instance: {
        ...readInput(input),
        ...(child.version === null ? {} : { version: child.version }),
      },
      parent: { id: instanceId, node, segment, attempt, token },
    })),
  );

  return [
    ...outcomes,
    ...allowed.map((task, place): Outcome => {
      const one = made[place];
      return one?.ok
        ? { task, childId: one.id }
        : { task, failure: one?.message ?? 'the child was not made', retryable: isBusy(one) };
    }),
  ];
}

/** Trying again helps only where another run has the object. */
function isBusy(created: Created | undefined): boolean {
  return created?.ok === false && created.code === 'object_busy';
}

function readInput(input: Json | null): { objectId: string; input: Json } {
  const { objectId = '', input: data = {} } =
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? (input as Readonly<Record<string, Json>>)
      : {};
  return {
    objectId: typeof objectId === 'string' ? objectId : JSON.stringify(objectId),
    input: data,
  };
}

/** The workflows that an instance runs inside of, its own first. */
async function findAncestors(
  ctx: Context,
  tx: Transaction,
  tasks: readonly ChildTask[],
): Promise<(instanceId: string) => string[]> {
  const rows = await tx<{ instanceId: string; workflows: string[] }[]>`
    with recursive line as (
      select i.id as of, i.id, i.parent_id, i.workflow_id, 0 as depth
      from instance i
      where i.project_id = ${ctx.projectId}
        and i.id = any(${[...new Set(tasks.map(({ instanceId }) => instanceId))]}::uuid[])
      union all
      select line.of, i.id, i.parent_id, i.workflow_id, line.depth + 1
      from line
      join instance i on i.project_id = ${ctx.projectId} and i.id = line.parent_id
    )
    select line.of as "instanceId", array_agg(w.key order by line.depth) as workflows
    from line
    join workflow w on w.project_id = ${ctx.projectId} and w.id = line.workflow_id
    group by line.of
  `;
  const found = new Map(rows.map(({ instanceId, workflows }) => [instanceId, workflows]));

  return (instanceId) => found.get(instanceId) ?? [];
}

/**
 * Writes the children down in their parents' tasks. One that nobody waits for has nobody to tell how it ended; its task keeps its lease
 * until it is reported as finished, so that another process does so if this one dies before.
 */
async function writeChildren(
  ctx: Context,
  tx: Transaction,
  outcomes: readonly Outcome[],
): Promise<void> {
  const made = outcomes.flatMap((outcome) => ('childId' in outcome ? [outcome] : []));
  const unattended = made.filter(({ task }) => !task.child.wait).map(({ childId }) => childId);

  await tx`
    update task t
    set
      child_id = r.child_id,
      status = case when r.waits then 'running' else t.status end,
      delivering = t.delivering and not r.waits,
      deliveries = case when r.waits then 0 else t.deliveries end,
      started_at = ${ctx.clock()},
      due_at = case
        when r.waits then running_due(
          ${ctx.clock()}, t.first_at, ${ctx.clock()}, t.run_seconds, null, t.total_seconds
        )
        else t.due_at
      end
    from ${askedAttempts(
      tx,
      made.map(({ task }) => task),
      {
        columns: tx`
          ${plain(made.map(({ childId }) => childId))}::text::uuid[],
          ${plain(made.map(({ task }) => task.child.wait))}::text::bool[]
        `,
        names: tx`child_id, waits`,
      },
    )}
    where ${isAskedAttempt(tx)}
  `;
  if (unattended.length > 0) {
    await tx`
      update instance
      set parent_told = true
      where project_id = ${ctx.projectId} and id = any(${unattended}::uuid[])
    `;
  }
}

function reportOf(outcome: Outcome): Report[] {
  const token = writeToken(outcome.task);

  if ('failure' in outcome) {
    const { failure: message, retryable } = outcome;
    return [{ token, type: 'fail', message, retryable }];
  }
  return outcome.task.child.wait
    ? []
    : [{ token, type: 'finish', output: { instanceId: outcome.childId } }];
}
