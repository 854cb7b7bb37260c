import type { Jobs } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { recordEvents } from '../instances/record_events.ts';
import { findEndedAttempt } from '../tasks/ended.ts';
import { describeInternal, type InternalTask } from '../tasks/internal.ts';
import type { Remote } from './remote.ts';

export type Stoppable = InternalTask & { readonly remote: Remote };

/** An attempt that has ended while its service was at work, and so is to be stopped. Null: it knows of no service. */
export async function findStoppable(ctx: Context, stop: Jobs['stop']): Promise<Stoppable | null> {
  const ended = await findEndedAttempt(ctx, stop);
  // A node that the instance's version does not have any more says nothing of how its service stops.
  if (ended === undefined || ended.remote === null || ended.node < 0) {
    return null;
  }
  const [task] = await describeInternal(ctx, [{ ...stop, ...ended }]);

  return task === undefined ? null : { ...task, remote: ended.remote };
}

/** Tells people that a service was asked to stop, and what came of it. */
export async function recordStop(
  ctx: Context,
  { key, plan }: InternalTask,
  answer: { readonly stopped: boolean; readonly message: string },
): Promise<void> {
  const outcome = answer.stopped ? 'was asked to stop' : 'could not be asked to stop';

  await ctx.db.transaction((tx) =>
    recordEvents(ctx, tx, [
      {
        instanceId: key.instanceId,
        type: 'service_stopped',
        message: `The service of node "${plan.key}", attempt ${key.attempt}, ${outcome}: ${answer.message}`,
        data: { node: plan.key, attempt: key.attempt, stopped: answer.stopped },
      },
    ]),
  );
}
