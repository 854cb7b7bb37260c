/**
 * The database's side of a push. No transaction is open while a request is under way: hand out (commit), send, record (commit).
 *
 *     ready ──claimForPush──> dispatched, delivering, with a lease
 *       ^                          │ accepted ──> running (or dispatched, if the work reports its start)
 *       │                          │ retry ─────> delayed, then ready: the same attempt and token again
 *       └── the lease ran out <────┘ answered with a result ──> a report like any other
 */
import { handOutReady } from '#db/hot/claim.ts';
import { jsons, plain, times } from '#db/columns.ts';
import { askedAttempts, isAskedAttempt, isWorkOfTask } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import { mayPass, type Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { announce } from '../instances/announce.ts';
import { togetherOrAlone } from '../together.ts';
import { describeTasks, type ClaimedTask } from './claim.ts';
import { endAttempts, type End } from './end.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from './settings.ts';
import { readToken } from './token.ts';

export type PushTask = ClaimedTask & {
  /** Pushes of this attempt that got no answer so far. */
  readonly deliveries: number;
};

export type PushWork = {
  readonly key: string;
  readonly url: string;
  /** Standard Webhooks secrets, the newest first. */
  readonly secrets: readonly string[];
  readonly startReport: boolean;
  /** How long one request may take. */
  readonly timeoutSeconds: number;
  /** Requests under way at once. */
  readonly concurrency: number;
};

/** Beyond the request itself, for writing down its verdict on a busy system. */
export const LEASE_MARGIN_SECONDS = 5;

/** Hands out up to `max` ready tasks of a pushed work. Null: the work does not exist or is not pushed any more. */
export async function claimForPush(
  ctx: Context,
  {
    work: key,
    max,
    worker,
  }: { readonly work: string; readonly max: number; readonly worker: string },
): Promise<{ readonly work: PushWork; readonly tasks: PushTask[] } | null> {
  const [work, { handed }] = await Promise.all([
    findPushWork(ctx, key),
    handOutReady(ctx.db, {
      projectId: ctx.projectId,
      works: [key],
      max,
      worker,
      now: ctx.clock(),
      defaultDispatchSeconds: DEFAULT_DISPATCH_SECONDS,
      defaultRunSeconds: DEFAULT_RUN_SECONDS,
      delivery: 'push',
      leaseSeconds: LEASE_MARGIN_SECONDS,
    }),
  ]);
  if (work === undefined) {
    return null;
  }
  const tasks = await describeTasks(ctx, handed);

  return {
    work,
    tasks: tasks.map((task, place) => ({ ...task, deliveries: handed[place]?.deliveries ?? 0 })),
  };
}

async function findPushWork(ctx: Context, key: string): Promise<PushWork | undefined> {
  const [work] = await ctx.db.sql<PushWork[]>`
    select
      key, url, secrets, start_report as "startReport", request_seconds as "timeoutSeconds",
      request_concurrency as concurrency
    from work
    where project_id = ${ctx.projectId} and key = ${key} and delivery = 'push'
  `;
  return work;
}

export type Delivery = {
  readonly token: string;
  /** `accepted`: the endpoint has it and will report. `retry`: no answer that counts; push it again after `afterMs`. */
  readonly verdict: 'accepted' | 'retry';
  readonly afterMs?: number;
  /** Why it is to be pushed again. Without one nobody has failed: it was handed back. */
  readonly failure?: { readonly message: string; readonly status: number | null };
};

/** Records what became of pushes that brought no result. One whose attempt is no longer live changes nothing. */
export async function recordDeliveries(
  ctx: Context,
  deliveries: readonly Delivery[],
): Promise<void> {
  const now = ctx.clock();
  const rows = inLockOrder(
    deliveries.flatMap((delivery): DeliveryRow[] => {
      const key = readToken(delivery.token);
      const againAt = new Date(now.getTime() + (delivery.afterMs ?? 0));
      const accepted = delivery.verdict === 'accepted';
      return key === null ? [] : [{ ...key, accepted, againAt, error: errorOf(delivery, now) }];
    }),
  );
  if (rows.length === 0) {
    return;
  }

  await ctx.db.transaction(async (tx) => {
    // Whoever is to be pushed again later gives its slot to somebody else meanwhile.
    const freed = await writeDeliveries(tx, rows, now);
    await wake(tx, [], freed);
    await announce(tx, { changed: [], ready: freed });
  });
}

/** Why a push was in vain, as the task keeps it. */
export type DeliveryError = {
  readonly message: string;
  /** That the endpoint answered, if it did. */
  readonly status?: number;
  readonly at: string;
};

type DeliveryRow = AttemptKey & {
  readonly accepted: boolean;
  readonly againAt: Date;
  /** What is known of a push in vain; null leaves what was known of those before. */
  readonly error: DeliveryError | null;
};

function errorOf({ failure }: Delivery, now: Date): DeliveryError | null {
  if (failure === undefined) {
    return null;
  }
  const { message, status } = failure;
  return { message, ...(status === null ? {} : { status }), at: now.toISOString() };
}

/**
 * An endpoint that reported before its answer arrived has moved the task on already: `delivering` is false then, and nothing is written.
 * Answers the works with a limit of which slots came free.
 */
async function writeDeliveries(
  tx: Transaction,
  rows: readonly DeliveryRow[],
  now: Date,
): Promise<{ projectId: number; work: string }[]> {
  const written = await tx<{ projectId: number; work: string; freed: boolean }[]>`
    update task t
    set
      delivering = false,
      status = case
        when not r.accepted then 'delayed'
        when w.start_report then 'dispatched'
        else 'running'
      end,
      deliveries = case when r.accepted then 0 else t.deliveries + 1 end,
      delivery_error = case when not r.accepted then coalesce(r.error, t.delivery_error) end,
      slot = t.slot and r.accepted,
      started_at = case when r.accepted and not w.start_report then ${now}::timestamptz end,
      due_at = case
        when not r.accepted then r.again_at
        when w.start_report then running_due(
          null, t.first_at, ${now}, null,
          coalesce(t.dispatch_seconds, w.dispatch_seconds, ${DEFAULT_DISPATCH_SECONDS}),
          coalesce(t.total_seconds, w.total_seconds)
        )
        else running_due(
          ${now}, t.first_at, ${now},
          coalesce(t.run_seconds, w.run_seconds, ${DEFAULT_RUN_SECONDS}),
          coalesce(t.heartbeat_seconds, w.heartbeat_seconds),
          coalesce(t.total_seconds, w.total_seconds)
        )
      end
    from work w, ${askedAttempts(tx, rows, {
      columns: tx`
        ${plain(rows.map((row) => row.accepted))}::text::bool[],
        ${times(rows.map((row) => row.againAt))}::text::timestamptz[],
        ${jsons(rows.map((row) => row.error))}::text::jsonb[]
      `,
      names: tx`accepted, again_at, error`,
    })}
    where ${isAskedAttempt(tx)} and t.delivering and ${isWorkOfTask(tx)}
    returning
      t.project_id as "projectId", t.work, not r.accepted and w.max_concurrent > 0 as freed
  `;
  return written.filter(({ freed }) => freed);
}

export type Undeliverable = {
  readonly token: string;
  readonly message: string;
  readonly retryable: boolean;
};

/** Fails attempts that no endpoint will take, with `delivery_failed`; the task's own retries decide what follows. */
export async function failDeliveries(
  ctx: Context,
  failures: readonly Undeliverable[],
): Promise<void> {
  const ends = failures.flatMap(({ token, message, retryable }): End[] => {
    const key = readToken(token);
    return key === null
      ? []
      : [
          {
            ...key,
            outcome: 'failed',
            code: 'delivery_failed',
            error: { message },
            output: null,
            retryable,
          },
        ];
  });

  await togetherOrAlone(
    ends,
    (batch) => ctx.db.transaction((tx) => endAttempts(ctx, tx, batch)),
    ({ instanceId }, err) => {
      if (mayPass(err)) {
        throw err;
      }
      // It is pushed again when its lease has run out.
      ctx.log.error({ instanceId, err }, 'a push that was refused could not be ended');
      return Promise.resolve(null);
    },
  );
}
