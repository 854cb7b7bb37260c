/**
 * Claims: a worker asks for tasks of its works and waits for them if there are none. A claim counts as hand-out and start, unless the
 * work says that its workers report the start themselves.
 *
 *     ready ──claim──> running               (or, with startReport:  ready ──claim──> dispatched ──start──> running)
 */
import * as z from 'zod';
import { handOutReady, type HandedOut } from '#db/hot/claim.ts';
import { NO_SEGMENT } from '#db/hot/tasks.ts';
import { storable } from '#db/database.ts';
import { workKey } from '#engine/definition.ts';
import type { Json } from '#engine/json.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { loadPrograms } from '../versions/program.ts';
import { taskId } from './id.ts';
import { notePulse } from './pulse.ts';
import { DEFAULT_DISPATCH_SECONDS, DEFAULT_RUN_SECONDS } from './settings.ts';
import { writeToken } from './token.ts';
import { expectReady } from './waiters.ts';

export const claimInput = z.strictObject({
  works: z.array(workKey).min(1).max(100),
  max: z.int().min(1).max(500).optional().meta({ default: 1 }),
  waitSeconds: z
    .number()
    .min(0)
    .max(30)
    .optional()
    .meta({ default: 0, description: 'how long to wait for a task if there is none' }),
  worker: z.string().min(1).max(200).meta({ description: 'name of the worker, for people' }),
});

export type ClaimInput = z.infer<typeof claimInput>;

export type ClaimedTask = {
  readonly id: string;
  readonly instanceId: string;
  readonly objectId: string;
  readonly workflow: string;
  readonly version: number;
  readonly task: string;
  readonly work: string;
  readonly segment: { readonly order: number; readonly count: number } | null;
  readonly input: Json;
  readonly attempt: number;
  readonly priority: number;
  readonly token: string;
  readonly deadlines: {
    /** Report `start` by then; null if the claim was the start. */
    readonly startBy: string | null;
    readonly runBy: string | null;
    /** Give a sign of life at least this often; null if none is asked for. */
    readonly heartbeatSeconds: number | null;
  };
};

/** A notification may be lost with its connection; so a waiting claim looks by itself this often. */
const LOOK_AGAIN_MS = 5_000;
/** Nobody notifies when tokens of a rate limit have flowed back. */
const LOOK_FOR_TOKENS_MS = 250;

/** Hands out up to `max` tasks, waiting up to `waitSeconds` for the first. An empty list means: nothing came. */
export async function claimTasks(
  ctx: Context,
  input: ClaimInput,
  signal?: AbortSignal,
): Promise<{ tasks: ClaimedTask[] } | Refusal> {
  const refusal = lacks(ctx, 'tasks:report');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const until = performance.now() + (input.waitSeconds ?? 0) * 1_000;

  for (;;) {
    const left = until - performance.now();
    const expected = left > 0 ? await expectReady(ctx.db, ctx.projectId, input.works) : null;

    try {
      if (signal?.aborted) {
        // Nobody is there any more: what this look handed out would be lost until it timed out.
        return { tasks: [] };
      }
      // At every look, so that a worker whose claim waits long is not taken to be gone.
      notePulse(ctx, input.works, storable(input.worker));
      const { handed, limited } = await handOutReady(ctx.db, {
        projectId: ctx.projectId,
        works: input.works,
        max: input.max ?? 1,
        worker: storable(input.worker),
        now: ctx.clock(),
        defaultDispatchSeconds: DEFAULT_DISPATCH_SECONDS,
        defaultRunSeconds: DEFAULT_RUN_SECONDS,
        delivery: 'pull',
        leaseSeconds: null,
      });
      if (handed.length > 0 || expected === null) {
        return { tasks: await describeTasks(ctx, handed) };
      }
      await expected.wait(Math.min(left, limited ? LOOK_FOR_TOKENS_MS : LOOK_AGAIN_MS), signal);
    } finally {
      expected?.end();
    }
  }
}

export async function describeTasks(
  ctx: Context,
  handed: readonly HandedOut[],
): Promise<ClaimedTask[]> {
  if (handed.length === 0) {
    return [];
  }
  const programOf = await loadPrograms(
    ctx.db,
    ctx.db.sql,
    handed.map(({ versionId }) => versionId),
  );
  const now = ctx.clock().getTime();

  return handed.map((task) => {
    const { program, workflow, version } = programOf(task.versionId);
    const key = program.plan.nodes[task.node]?.key ?? '';
    const runBy =
      task.started && task.runSeconds !== null
        ? new Date(now + task.runSeconds * 1_000).toISOString()
        : null;

    return {
      id: taskId(task.instanceId, key, task.segment),
      instanceId: task.instanceId,
      objectId: task.objectId,
      workflow,
      version,
      task: key,
      work: task.work,
      segment:
        task.segment === NO_SEGMENT
          ? null
          : { order: task.segment, count: segmentCount(task.state, task.node) },
      input: task.input,
      attempt: task.attempt,
      priority: task.priority,
      token: writeToken(task),
      deadlines: {
        startBy: task.started ? null : (task.dueAt?.toISOString() ?? null),
        runBy,
        heartbeatSeconds: task.heartbeatSeconds,
      },
    };
  });
}

function segmentCount(state: string | null, node: number): number {
  return state === null ? 0 : (decodeState(state).fanouts.get(node)?.total ?? 0);
}
