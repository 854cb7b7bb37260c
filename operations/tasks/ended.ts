import type { Fragment } from '#db/hot/rows.ts';
import type { Jobs } from '#db/jobs.ts';
import type { Json } from '#engine/json.ts';
import type { AttemptOutcome, FailureCode } from '#engine/states.ts';
import type { Context } from '../context.ts';
import type { Remote } from '../http/remote.ts';

/** An attempt that has ended, as the trace has it now. */
export type EndedAttempt = {
  /** Its node's place in the version that the instance has now. */
  readonly node: number;
  readonly token: string;
  readonly outcome: AttemptOutcome;
  readonly code: FailureCode | null;
  readonly input: Json | null;
  readonly remote: Remote | null;
  readonly objectId: string;
  readonly versionId: number;
};

/**
 * The attempt that somebody is to be told the end of. Undefined: it is not in the trace any more. A change of version that came between has
 * given its node another place: then it is found by its token, among all attempts of the instance.
 */
export async function findEndedAttempt(
  ctx: Context,
  key: Jobs['stop'],
): Promise<EndedAttempt | undefined> {
  const { sql } = ctx.db;
  const find = (node: Fragment) => sql<EndedAttempt[]>`
    select
      a.node, a.token, a.outcome, a.code, a.input, a.remote, i.object_id as "objectId",
      i.version_id as "versionId"
    from attempt a
    join instance i on i.project_id = a.project_id and i.id = a.instance_id
    where a.project_id = ${ctx.projectId} and a.instance_id = ${key.instanceId} ${node}
      and a.segment = ${key.segment} and a.number = ${key.attempt} and a.token = ${key.token}
  `;
  const [found] = await find(sql`and a.node = ${key.node}`);

  return found ?? (await find(sql``))[0];
}
