import type { Jobs } from '#db/jobs.ts';
import { isRunnable } from '#engine/plan.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { loadPrograms } from '../versions/program.ts';
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
  { instanceId, node, segment, attempt }: Jobs['stop'],
): Promise<CancelledPush | null> {
  const { sql } = ctx.db;
  const [row] = await sql<
    {
      readonly token: string;
      readonly outcome: AttemptOutcome;
      readonly code: FailureCode | null;
      readonly objectId: string;
      readonly versionId: number;
    }[]
  >`
    select a.token, a.outcome, a.code, i.object_id as "objectId", i.version_id as "versionId"
    from attempt a
    join instance i on i.project_id = a.project_id and i.id = a.instance_id
    where a.project_id = ${ctx.projectId} and a.instance_id = ${instanceId} and a.node = ${node}
      and a.segment = ${segment} and a.number = ${attempt} and a.token is not null
  `;
  if (row === undefined) {
    return null;
  }
  const programOf = await loadPrograms(ctx.db, sql, [row.versionId]);
  const { program, workflow, version } = programOf(row.versionId);
  const plan = program.plan.nodes[node];
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
        token: row.token,
        task: {
          id: taskId(instanceId, plan.key, segment),
          instanceId,
          objectId: row.objectId,
          workflow,
          version,
          task: plan.key,
          work: plan.work,
          attempt,
          reason: row.code ?? row.outcome,
        },
      };
}
