/**
 * Tasks that Latchwork runs itself, as the rows see them. It is the way of a push without the network: hand out (commit), run, end
 * (commit). Whoever runs a task holds it by a lease that it lengthens; one that died with its process is handed out again.
 *
 *     ready ──claimInternal──> dispatched, with a lease ──endInternal──> ended
 *       ^                          │        ^ holdInternal
 *       └── the lease ran out <────┘
 */
import { handOut } from '#db/hot/claim.ts';
import { jsons } from '#db/columns.ts';
import { askedAttempts, isAskedAttempt, isWorkOfTask } from '#db/hot/rows.ts';
import { inLockOrder, type AttemptKey } from '#db/hot/tasks.ts';
import { lockInstances } from '#db/hot/instances.ts';
import { isUnstorable, mayPass, type Transaction } from '#db/database.ts';
import type { Json } from '#engine/json.ts';
import { isRunnable, type RunnableNode } from '#engine/plan.ts';
import type { FailureCode } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { togetherOrAlone } from '../together.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { endAttempts, succeeded, type End } from './end.ts';
import { recordDeliveries } from './push.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from './settings.ts';
import { writeToken } from './token.ts';

/** A lease is lengthened every 10 s (delivery/pump.ts): two of three may be late. */
export const LEASE_SECONDS = 30;

/** An attempt that Latchwork runs, with the node that it is of. */
export type InternalTask = {
  readonly key: AttemptKey;
  readonly objectId: string;
  readonly input: Json | null;
  readonly plan: RunnableNode;
  readonly version: VersionProgram;
};

/** Hands out up to `max` ready tasks of a built-in work. */
export async function claimInternal(
  ctx: Context,
  { work, max, worker }: { readonly work: string; readonly max: number; readonly worker: string },
): Promise<InternalTask[]> {
  const handed = await handOut(ctx.db.sql, {
    projectId: ctx.projectId,
    works: [work],
    max,
    worker,
    now: ctx.clock(),
    defaultDispatchSeconds: DEFAULT_DISPATCH_SECONDS,
    defaultRunSeconds: DEFAULT_RUN_SECONDS,
    delivery: 'internal',
    leaseSeconds: LEASE_SECONDS,
  });

  return describeInternal(ctx, handed);
}

/** Rows of attempts with the nodes that they are of. */
export async function describeInternal(
  ctx: Context,
  rows: readonly (AttemptKey & {
    readonly objectId: string;
    readonly input: Json | null;
    readonly versionId: number;
  })[],
): Promise<InternalTask[]> {
  if (rows.length === 0) {
    return [];
  }
  const programOf = await loadPrograms(
    ctx.db,
    ctx.db.sql,
    rows.map(({ versionId }) => versionId),
  );

  return rows.map(({ objectId, input, versionId, ...row }) => {
    const version = programOf(versionId);
    const plan = version.program.plan.nodes[row.node];
    if (plan === undefined || !isRunnable(plan)) {
      throw new Error(`version ${versionId} has no node ${row.node} that takes time`);
    }
    return { key: keyOf(row), objectId, input, plan, version };
  });
}

function keyOf({ projectId, instanceId, node, segment, attempt, token }: AttemptKey): AttemptKey {
  return { projectId, instanceId, node, segment, attempt, token };
}

/** Lengthens the leases of attempts that are still being run. A total timeout is none that a lease outlives. */
export async function holdInternal(ctx: Context, asked: readonly AttemptKey[]): Promise<void> {
  const keys = inLockOrder(asked);
  const until = new Date(ctx.clock().getTime() + LEASE_SECONDS * 1_000);

  await ctx.db.sql`
    update task t
    set due_at = least(
      ${until}::timestamptz,
      t.first_at + make_interval(secs => coalesce(t.total_seconds, w.total_seconds))
    )
    from work w, ${askedAttempts(ctx.db.sql, keys)}
    where ${isAskedAttempt(ctx.db.sql)} and t.delivering and ${isWorkOfTask(ctx.db.sql)}
  `;
}

/** Hands attempts back that were cut off: they are run again at once, by whoever is next. */
export async function putBackInternal(ctx: Context, keys: readonly AttemptKey[]): Promise<void> {
  await recordDeliveries(
    ctx,
    keys.map((key) => ({ token: writeToken(key), verdict: 'retry', afterMs: 0 })),
  );
}

/** How an attempt ended that Latchwork ran. */
export type InternalEnd = {
  readonly key: AttemptKey;
  /** What the trace shows as its input, where that was made by running it. */
  readonly input?: Json;
} & (
  | { readonly outcome: 'succeeded'; readonly output: Json }
  | {
      readonly outcome: 'failed';
      readonly code: FailureCode;
      readonly message: string;
      /** More exactly why, for programs. */
      readonly reason?: string;
      readonly stack?: string;
      readonly details?: Json;
      readonly retryable: boolean;
      /** No retry begins earlier. */
      readonly retryAfterMs?: number;
      /** The service may still be at work, and is to stop. */
      readonly abandons?: boolean;
    }
);

/**
 * Ends attempts. Those that are not live any more lost a race, and that is all. One that cannot be ended takes no others along, which would
 * be recorded again for ever: it fails if it is its result that cannot be kept, else it is run again when its lease has run out.
 */
export async function endInternal(ctx: Context, ends: readonly InternalEnd[]): Promise<void> {
  await togetherOrAlone(
    ends,
    (batch) => writeEnds(ctx, batch),
    async ({ key }, err) => {
      if (isUnstorable(err)) {
        const message = `its result cannot be kept: ${err instanceof Error ? err.message : ''}`;
        await writeEnds(ctx, [
          { key, outcome: 'failed', code: 'error', message, retryable: false },
        ]);
      } else if (mayPass(err)) {
        throw err;
      } else {
        ctx.log.error({ instanceId: key.instanceId, err }, 'an attempt could not be ended');
      }
      return null;
    },
  );
}

async function writeEnds(ctx: Context, ends: readonly InternalEnd[]): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    // Instances before tasks, as everywhere.
    await lockInstances(
      tx,
      ends.flatMap(({ key, input }) =>
        input === undefined ? [] : [{ ...key, withContext: false }],
      ),
    );
    await writeInputs(tx, ends);
    await endAttempts(ctx, tx, ends.map(endOf));
  });
}

/** The trace copies the input of the task. */
async function writeInputs(
  tx: Transaction,
  asked: readonly { readonly key: AttemptKey; readonly input?: Json }[],
): Promise<void> {
  const rows = inLockOrder(
    asked.flatMap(({ key, input }) => (input === undefined ? [] : [{ ...key, input }])),
  );
  if (rows.length > 0) {
    await tx`
      update task t
      set input = r.input
      from ${askedAttempts(tx, rows, {
        columns: tx`${jsons(rows.map((row) => row.input))}::text::jsonb[]`,
        names: tx`input`,
      })}
      where ${isAskedAttempt(tx)}
    `;
  }
}

function endOf(end: InternalEnd): End {
  if (end.outcome === 'succeeded') {
    return { ...end.key, ...succeeded(end.output) };
  }
  const { code, message, reason, stack, details, retryable, retryAfterMs = 0, abandons } = end;

  return {
    ...end.key,
    outcome: 'failed',
    code,
    error: {
      message,
      ...(reason === undefined ? {} : { code: reason }),
      ...(stack === undefined ? {} : { stack }),
      ...(details === undefined ? {} : { details }),
    },
    output: null,
    retryable,
    retryAfterMs,
    ...(abandons === undefined ? {} : { abandons }),
  };
}
