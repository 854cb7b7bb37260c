import type { Context } from '../context.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { attemptOf, selectAttempts } from './attempts.ts';
import { deliveryColumns, deliveryOf, type DeliveryRow } from './delivery.ts';
import { findTask } from './find.ts';
import { summarizeTasks } from './summaries.ts';
import type { Task } from './task.ts';
import { NO_SEGMENT } from '#db/hot/tasks.ts';
import type { Json } from '#engine/json.ts';

/** Attempts that come with a task; the list of attempts has the others. */
const SHOWN_ATTEMPTS = 50;

type LiveRow = DeliveryRow & { readonly input: Json | null; readonly worker: string | null };

/** One node of one instance, with its data. The data of a fan-out is that of its segments, which have a list of their own. */
export async function getTask(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Task | Refusal> {
  const found = await findTask(ctx, id);
  if (isRefusal(found)) {
    return found;
  }
  const { reads: sql } = ctx.db;
  const [[summary], attempts, waiting] = await Promise.all([
    summarizeTasks(sql, found.nodes, found.node),
    found.runnable
      ? selectAttempts(sql, found, { segment: null, after: null, limit: SHOWN_ATTEMPTS })
      : [],
    // A task between two attempts has its input in the live row only.
    sql<LiveRow[]>`
      select input, worker, ${deliveryColumns(sql)}
      from task
      where project_id = ${ctx.projectId} and instance_id = ${found.nodes.instanceId}
        and node = ${found.node} and segment = ${NO_SEGMENT}
    `,
  ]);
  if (summary === undefined) {
    return refuse('not_found', `There is no task "${id}".`);
  }

  const [live] = waiting;
  const [last] = summary.segments === null ? attempts : [];
  return {
    ...summary,
    input: live?.input ?? last?.input ?? null,
    output: last?.outcome === 'succeeded' ? last.output : null,
    worker: live?.worker ?? last?.worker ?? null,
    delivery: deliveryOf(live),
    attemptList: attempts.map(attemptOf),
  };
}
