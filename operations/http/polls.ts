/**
 * Status requests of `http` nodes. `task.poll_at` says when the next one is due and, while one is under way, when it is given up: a process
 * that died with it costs a repetition.
 *
 *     running, poll_at = next ──claimPolls──> poll_at = lease ──> ended, or recordPolls: poll_at = next
 */
import { plain, times } from '#db/columns.ts';
import type { Queryable } from '#db/database.ts';
import { askedAttempts, isAskedAttempt, isWorkOfTask } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import { wake } from '#db/jobs.ts';
import type { Json } from '#engine/json.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Context } from '../context.ts';
import { describeInternal, LEASE_SECONDS, type InternalTask } from '../tasks/internal.ts';
import { DEFAULT_RUN_SECONDS } from '../tasks/settings.ts';
import type { Remote } from './remote.ts';

export type Poll = InternalTask & { readonly remote: Remote };

type PollRow = AttemptKey & {
  readonly objectId: string;
  readonly versionId: number;
  readonly input: Json | null;
  readonly remote: Remote;
};

/** Takes up to `max` status requests that are due, the longest waiting first. */
export async function claimPolls(ctx: Context, { max }: { readonly max: number }): Promise<Poll[]> {
  const now = ctx.clock();
  const rows = await ctx.db.sql<PollRow[]>`
    with due as (
      select ctid
      from task
      where poll_at <= ${now} and project_id = ${ctx.projectId}
      order by poll_at
      limit ${max}
      for update skip locked
    ),
    taken as (
      update task t
      set poll_at = ${leaseEnd(ctx)}
      from due
      where t.ctid = due.ctid
      returning t.*
    )
    select
      t.project_id as "projectId", t.instance_id as "instanceId", t.node, t.segment, t.attempt,
      t.token, t.input, t.remote, i.object_id as "objectId", i.version_id as "versionId"
    from taken t
    -- As in db/hot/rows.ts.
    join instance i on i.project_id = any(array[t.project_id]) and i.id = t.instance_id
  `;
  const tasks = await describeInternal(ctx, rows);

  return tasks.flatMap((task, place) => {
    const remote = rows[place]?.remote;
    return remote === undefined ? [] : [{ ...task, remote }];
  });
}

function leaseEnd(ctx: Context): Date {
  return new Date(ctx.clock().getTime() + LEASE_SECONDS * 1_000);
}

/** Lengthens the leases of status requests that are still under way. */
export async function holdPolls(ctx: Context, keys: readonly AttemptKey[]): Promise<void> {
  const until = leaseEnd(ctx);

  await writePolls(
    ctx,
    keys.map((key) => ({ key, at: until, answered: false, unread: null })),
  );
}

/** A status request after which the service goes on. */
export type PollAgain = {
  readonly key: AttemptKey;
  readonly at: Date;
  /** The service has answered, which is a sign of life. */
  readonly answered: boolean;
  /** See `Remote.unread`; null: as it is. */
  readonly unread: number | null;
};

/** Sets the next status requests. Attempts that have ended meanwhile need none. */
export async function writePolls(ctx: Context, polls: readonly PollAgain[]): Promise<void> {
  const rows = inLockOrder(polls.map(({ key, ...poll }) => ({ ...key, ...poll })));
  if (rows.length === 0) {
    return;
  }
  const now = ctx.clock();

  await ctx.db.sql`
    update task t
    set
      poll_at = r.at,
      remote = case
        when r.unread is null then t.remote
        else jsonb_set(t.remote, '{unread}', to_jsonb(r.unread))
      end,
      due_at = case
        when r.answered then running_due(
          t.started_at,
          t.first_at,
          ${now},
          coalesce(t.run_seconds, w.run_seconds, ${DEFAULT_RUN_SECONDS}),
          coalesce(t.heartbeat_seconds, w.heartbeat_seconds),
          coalesce(t.total_seconds, w.total_seconds)
        )
        else t.due_at
      end
    from work w, ${askedAttempts(ctx.db.sql, rows, {
      columns: ctx.db.sql`
        ${times(rows.map((row) => row.at))}::text::timestamptz[],
        ${plain(rows.map((row) => row.answered))}::text::bool[],
        ${plain(rows.map((row) => row.unread))}::text::int[]
      `,
      names: ctx.db.sql`at, answered, unread`,
    })}
    where ${isAskedAttempt(ctx.db.sql)}
      and t.poll_at is not null
      and ${isWorkOfTask(ctx.db.sql)}
  `;
}

/** Due ones looked at: enough to see that there are some, and of which projects. */
const MOST_LOOKED_AT = 100;

/** Wakes whoever asks for the status of services, if some are due. One index probe. */
export async function wakePolls(ctx: Context, sql: Queryable): Promise<void> {
  const due = await sql<{ projectId: number }[]>`
    select distinct project_id as "projectId"
    from (
      select project_id from task where poll_at <= ${ctx.clock()} order by poll_at limit ${MOST_LOOKED_AT}
    ) as due
  `;
  await wake(
    sql,
    due.map(({ projectId }) => ({
      name: 'deliver' as const,
      payload: { projectId, work: INTERNAL_WORKS.http },
    })),
  );
}
