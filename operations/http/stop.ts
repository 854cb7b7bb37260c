import type { Jobs } from '#db/jobs.ts';
import type { Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { recordEvents } from '../instances/record_events.ts';
import { describeInternal, type InternalTask } from '../tasks/internal.ts';
import type { Remote } from './remote.ts';

export type Stoppable = InternalTask & { readonly remote: Remote };

/** An attempt that has ended while its service was at work, and so is to be stopped. Null: it knows of no service. */
export async function findStoppable(
  ctx: Context,
  { instanceId, node, segment, attempt }: Jobs['stop'],
): Promise<Stoppable | null> {
  const rows = await ctx.db.sql<
    {
      readonly token: string;
      readonly input: Json | null;
      readonly remote: Remote;
      readonly objectId: string;
      readonly versionId: number;
    }[]
  >`
    select a.token, a.input, a.remote, i.object_id as "objectId", i.version_id as "versionId"
    from attempt a
    join instance i on i.project_id = a.project_id and i.id = a.instance_id
    where a.project_id = ${ctx.projectId} and a.instance_id = ${instanceId} and a.node = ${node}
      and a.segment = ${segment} and a.number = ${attempt} and a.remote is not null
  `;
  const { projectId } = ctx;
  const [task] = await describeInternal(
    ctx,
    rows.map((row) => ({ ...row, projectId, instanceId, node, segment, attempt })),
  );
  const remote = rows[0]?.remote;

  return task === undefined || remote === undefined ? null : { ...task, remote };
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
