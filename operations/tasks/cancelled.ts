import type { Jobs } from '#db/jobs.ts';
import { isRunnable } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { loadPrograms } from '../versions/program.ts';
import { findEndedAttempt } from './ended.ts';
import { taskId } from './id.ts';

/** An attempt that ended while the endpoint of its work was at it. */
export type CancelledPush = {
  readonly task: {
    readonly id: string;
    readonly instanceId: string;
    readonly objectId: string;
    readonly workflow: string;
    readonly version: number;
    readonly task: string;
    readonly work: string;
    readonly attempt: number;
    /** `cancelled`, or the code of the timeout. */
    readonly reason: string;
  };
  readonly token: string;
  readonly work: {
    readonly url: string;
    readonly secrets: readonly string[];
    readonly timeoutSeconds: number;
  };
};

/** Null: nobody was pushed it, or the work is not pushed any more. */
export async function findCancelledPush(
  ctx: Context,
  stop: Jobs['stop'],
): Promise<CancelledPush | null> {
  const { sql } = ctx.db;
  const ended = await findEndedAttempt(ctx, stop);
  if (ended === undefined) {
    return null;
  }
  const programOf = await loadPrograms(ctx.db, sql, [ended.versionId]);
  const { program, workflow, version } = programOf(ended.versionId);
  const plan = program.plan.nodes[ended.node];
  if (plan === undefined || !isRunnable(plan)) {
    return null;
  }
  const [work] = await sql<CancelledPush['work'][]>`
    select url, secrets, request_seconds as "timeoutSeconds"
    from work
    where project_id = ${ctx.projectId} and key = ${plan.work} and delivery = 'push'
  `;

  return work === undefined
    ? null
    : {
        work,
        token: ended.token,
        task: {
          id: taskId(stop.instanceId, plan.key, stop.segment),
          instanceId: stop.instanceId,
          objectId: ended.objectId,
          workflow,
          version,
          task: plan.key,
          work: plan.work,
          attempt: stop.attempt,
          reason: ended.code ?? ended.outcome,
        },
      };
}
