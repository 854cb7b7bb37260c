import type { Context } from '../context.ts';
import { findInstance, nodesOf } from '../instances/get.ts';
import { noInstance } from '../instances/instance.ts';
import type { Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { summarizeTasks } from './summaries.ts';
import type { TaskSummary } from './task.ts';

/** All tasks of one instance, in the order of its plan. */
export async function listTasks(
  ctx: Context,
  { instance }: { readonly instance: string },
): Promise<Page<TaskSummary> | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const row = await findInstance(ctx, instance);

  return row === undefined
    ? noInstance(instance)
    : { data: await summarizeTasks(ctx.db.reads, await nodesOf(ctx, row)), nextCursor: null };
}
