import { jsons, plain, times } from '#db/columns.ts';
import { asJson, type Transaction } from '#db/database.ts';
import { askedAttempts, isAskedAttempt, isWorkOfTask } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import { wake, type Jobs } from '#db/jobs.ts';
import type { Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { DEFAULT_RUN_SECONDS } from '../tasks/settings.ts';
import type { Remote } from './remote.ts';

/** An attempt whose service has taken its request and is on it now. */
export type Submitted = {
  readonly key: AttemptKey;
  /** The request, as the trace shows it. */
  readonly input: Json;
  readonly remote: Remote;
  /** When it is first asked for its status; null: it reports by itself. */
  readonly pollAt: Date | null;
};

/**
 * Writes down that services are at work. An attempt that has ended meanwhile left a service behind that nobody waits for: if a person or a
 * timeout ended it, the service is to stop.
 */
export async function recordSubmitted(
  ctx: Context,
  submitted: readonly Submitted[],
): Promise<void> {
  if (submitted.length === 0) {
    return;
  }
  await ctx.db.transaction(async (tx) => {
    const rows = inLockOrder(
      submitted.map(({ key, ...rest }, place) => ({ ...key, ...rest, place })),
    );
    const live = new Set(await writeRunning(ctx, tx, rows));
    const left = await writeLeft(
      tx,
      rows.filter(({ place }) => !live.has(place)),
    );
    await wake(
      tx,
      left.map((payload) => ({ name: 'stop' as const, payload })),
    );
  });
}

type Row = AttemptKey & Omit<Submitted, 'key'> & { readonly place: number };

/** By the token alone: an attempt whose lease ran out meanwhile is still this one, and need not be submitted again. */
async function writeRunning(
  ctx: Context,
  tx: Transaction,
  rows: readonly Row[],
): Promise<number[]> {
  const now = ctx.clock();
  const written = await tx<{ place: number }[]>`
    update task t
    set
      status = 'running',
      delivering = false,
      deliveries = 0,
      started_at = coalesce(t.started_at, ${now}),
      poll_at = r.poll_at,
      remote = r.remote,
      input = r.input,
      due_at = running_due(
        coalesce(t.started_at, ${now}),
        t.first_at,
        ${now},
        coalesce(t.run_seconds, w.run_seconds, ${DEFAULT_RUN_SECONDS}),
        coalesce(t.heartbeat_seconds, w.heartbeat_seconds),
        coalesce(t.total_seconds, w.total_seconds)
      )
    from work w, ${askedAttempts(tx, rows, {
      columns: tx`
        ${times(rows.map((row) => row.pollAt))}::text::timestamptz[],
        ${jsons(rows.map((row) => row.remote))}::text::jsonb[],
        ${jsons(rows.map((row) => row.input))}::text::jsonb[],
        ${plain(rows.map((row) => row.place))}::text::int[]
      `,
      names: tx`poll_at, remote, input, place`,
    })}
    where ${isAskedAttempt(tx)} and ${isWorkOfTask(tx)}
    returning r.place
  `;
  return written.map(({ place }) => place);
}

/** The trace of an attempt that ended too early learns of its service too. Answers those to be stopped. */
async function writeLeft(tx: Transaction, rows: readonly Row[]) {
  if (rows.length === 0) {
    return [];
  }
  return tx<Jobs['stop'][]>`
    with told as (
      update attempt a
      set remote = r.remote, input = r.input
      from jsonb_to_recordset(${asJson(
        rows.map((row) => ({
          project_id: row.projectId,
          instance_id: row.instanceId,
          segment: row.segment,
          attempt: row.attempt,
          token: row.token,
          remote: row.remote,
          input: row.input,
        })),
      )}::text::jsonb) as r(
        project_id int, instance_id uuid, segment int, attempt int, token uuid, remote jsonb, input jsonb
      )
      where a.project_id = r.project_id
        and a.instance_id = r.instance_id
        -- Not its node: a change of version may have given that another place.
        and a.segment = r.segment
        and a.number = r.attempt
        and a.token = r.token
        and a.remote is null
      returning a.*
    )
    select
      project_id as "projectId", instance_id as "instanceId", node, segment, number as attempt,
      token
    from told
    where outcome = 'cancelled' or code like '%\\_timeout'
  `;
}
