/**
 * Ending attempts, whoever ends them: a worker's report, a timeout found by the sweep, a push that was refused. One path, so that one
 * failure leads to exactly one retry or one final failure however many of them race:
 *
 *     lock the instances ──> take the live tasks (delete + trace; a lost race takes nothing) ──> retry or final? ──> one turn each
 */
import { lockInstances, type InstanceKey, type LockedInstance } from '#db/hot/instances.ts';
import {
  NO_SEGMENT,
  takeTasks,
  type AttemptEnd,
  type NewTask,
  type TakenTask,
} from '#db/hot/tasks.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { EngineEvent } from '#engine/advance.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { isRunnable } from '#engine/plan.ts';
import { decideRetry } from '#engine/retry.ts';
import { opensAt } from '#engine/window.ts';
import { recordDeadLetters, type DeadLetter } from '../alerts/events.ts';
import type { Context } from '../context.ts';
import { takeTurns } from '../instances/turn.ts';
import type { Turn } from '../instances/turn/decide.ts';
import { cleanUps } from '../instances/turn/wake_ups.ts';
import type { Retrying } from '../notifications/happenings.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import type { PlacedPatch } from './fold.ts';
import { enforceOutputSchemas, loadOutputSchemas } from './output_schema.ts';
import { loadRetries, rejectPauseMs } from './settings.ts';

export type End = AttemptEnd & {
  /** Whether trying again may help; only asked of failures. Default: it may. */
  readonly retryable?: boolean;
  /** No retry begins earlier (ms from now). */
  readonly retryAfterMs?: number | undefined;
  /** When a delayed task is to be handed out again; default: at once. */
  readonly again?: Date | null;
  readonly patches?: readonly PlacedPatch[];
  /** A failure that whoever is at the attempt does not know of: it is told, as of a timeout. */
  readonly abandons?: boolean;
};

/** How an attempt ends that gives a result. */
export function succeeded(output: Json | null) {
  return { outcome: 'succeeded', code: null, error: null, output } as const;
}

/** Context patches of attempts that go on. */
export type Patch = InstanceKey & { readonly patches?: readonly PlacedPatch[] };

/**
 * Ends attempts and takes the turns of their instances, in the caller's transaction. Answers the places of the ends that took effect;
 * the others named attempts that were not live any more.
 */
export async function endAttempts(
  ctx: Context,
  tx: Transaction,
  reported: readonly End[],
  patches: readonly Patch[] = [],
): Promise<ReadonlySet<number>> {
  const now = ctx.clock();
  const [locked, tookEnds, schemas] = await Promise.all([
    lockInstances(tx, instancesOf(reported, patches)),
    reported.length === 0 ? [] : takeTasks(tx, reported, now),
    loadOutputSchemas(
      tx,
      reported.map(({ projectId }) => projectId),
    ),
  ]);
  if (tookEnds.length === 0 && patches.length === 0) {
    return new Set();
  }
  const { ends, taken } = await enforceOutputSchemas(tx, reported, tookEnds, schemas);

  const programOf = await loadPrograms(
    ctx.db,
    tx,
    locked.map(({ versionId }) => versionId),
  );
  const failed = taken.filter(({ place }) => ends[place]?.outcome === 'failed');
  const retryOf =
    failed.length === 0
      ? () => null
      : await loadRetries(
          tx,
          failed.map(({ place, work }) => ({ projectId: ends[place]?.projectId ?? 0, work })),
        );

  const drafts = new Map(locked.map((instance) => [instance.instanceId, draftTurn(instance)]));

  for (const task of taken) {
    const end = ends[task.place];
    const draft = end && drafts.get(end.instanceId);
    if (end && draft) {
      addEnd(draft, programOf(draft.instance.versionId), end, task, {
        now,
        retry: retryOf(end.projectId, task.work),
      });
    }
  }
  for (const { instanceId, patch } of inOrder([
    ...taken.flatMap(({ place }) => ends[place] ?? []),
    ...patches,
  ])) {
    drafts.get(instanceId)?.patches.push(patch);
  }

  await cleanUp(tx, ends, taken);
  await takeTurns(
    ctx,
    tx,
    [...drafts.values()].filter(
      ({ events, renewed, patches: list }) => events.length + renewed.length + list.length > 0,
    ),
    taken.flatMap(({ place, slot, work }) => {
      const projectId = ends[place]?.projectId;
      return slot && projectId !== undefined ? [{ projectId, work }] : [];
    }),
  );

  await recordDeadLetters(ctx, tx, givenUp(ends, taken));

  return new Set(taken.map(({ place }) => place));
}

/** Pushes that their endpoint refused for good. */
function givenUp(ends: readonly End[], taken: readonly TakenTask[]): DeadLetter[] {
  return taken.flatMap(({ place, work }) => {
    const end = ends[place];
    const message = end?.error?.['message'];
    return end?.code === 'delivery_failed' && !work.startsWith('#')
      ? {
          projectId: end.projectId,
          of: 'push',
          subject: work,
          instanceId: end.instanceId,
          message: typeof message === 'string' ? message : null,
        }
      : [];
  });
}

/** Whoever worked on an attempt that took too long, or that was given up, does not know of its end. */
async function cleanUp(
  tx: Transaction,
  ends: readonly End[],
  taken: readonly TakenTask[],
): Promise<void> {
  const late = taken.flatMap((task) => {
    const end = ends[task.place];
    const unaware = end?.abandons === true || end?.code?.endsWith('_timeout') === true;
    return end !== undefined && unaware ? [{ ...task, ...end }] : [];
  });
  if (late.length === 0) {
    return;
  }
  const pushed = await tx<{ projectId: number; key: string }[]>`
    select project_id as "projectId", key
    from work
    where (project_id, key) in (
      select *
      from unnest(
        ${late.map(({ projectId }) => projectId)}::int[], ${late.map(({ work }) => work)}::text[]
      )
    )
      and delivery = 'push'
  `;
  const isPushed = ({ projectId, work }: { projectId: number; work: string }) =>
    pushed.some((one) => one.projectId === projectId && one.key === work);

  await wake(
    tx,
    cleanUps(late.map((task) => ({ ...task, remote: task.remote || isPushed(task) }))),
  );
}

/** The last word on a member of the context is that of the last report, whether its attempt went on or not. */
function inOrder(said: readonly Patch[]): { instanceId: string; patch: JsonObject }[] {
  return said
    .flatMap(({ instanceId, patches = [] }) => patches.map((one) => ({ instanceId, ...one })))
    .toSorted((one, other) => one.place - other.place);
}

type DraftTurn = {
  readonly instance: LockedInstance;
  readonly events: EngineEvent[];
  readonly patches: JsonObject[];
  readonly outputs: Map<number, Json | null>;
  readonly renewed: NewTask[];
  readonly retrying: Retrying[];
} & Turn;

function draftTurn(instance: LockedInstance): DraftTurn {
  return { instance, events: [], patches: [], outputs: new Map(), renewed: [], retrying: [] };
}

/** Each instance once, with its context if anything patches it. */
function instancesOf(
  ends: readonly End[],
  patches: readonly Patch[],
): (InstanceKey & { readonly withContext: boolean })[] {
  const keys = new Map<string, InstanceKey & { readonly withContext: boolean }>();

  for (const { projectId, instanceId, patches: list = [] } of [...ends, ...patches]) {
    const withContext = list.length > 0 || keys.get(instanceId)?.withContext === true;
    keys.set(instanceId, { projectId, instanceId, withContext });
  }

  return [...keys.values()];
}

function addEnd(
  draft: DraftTurn,
  version: VersionProgram,
  end: End,
  task: TakenTask,
  { now, retry }: { now: Date; retry: ReturnType<Awaited<ReturnType<typeof loadRetries>>> },
): void {
  const plan = version.program.plan.nodes[end.node];
  if (plan === undefined || !isRunnable(plan)) {
    return;
  }

  switch (end.outcome) {
    case 'succeeded':
      draft.events.push({ type: 'succeeded', node: end.node });
      if (end.segment === NO_SEGMENT) {
        draft.outputs.set(end.node, end.output);
      }
      return;
    case 'delayed':
      draft.renewed.push(renew(draft, end, task, 0, end.again ?? now));
      return;
    case 'rejected':
      draft.renewed.push(
        renew(draft, end, task, 0, new Date(now.getTime() + rejectPauseMs(end.attempt))),
      );
      return;
    case 'cancelled':
      return;
    case 'failed': {
      const code = end.code ?? 'error';
      const verdict = decideRetry(
        plan.retry ?? retry,
        {
          code,
          retryable: end.retryable ?? true,
          earlier: task.failures,
          retryAfterMs: end.retryAfterMs,
        },
        Math.random(),
      );
      const said = end.error?.message;
      const message = typeof said === 'string' ? said : code;
      if (verdict.retry) {
        const earliest = now.getTime() + verdict.delayMs;
        const due = new Date(plan.window ? opensAt(plan.window, earliest) : earliest);
        draft.renewed.push(renew(draft, end, task, 1, due));
        draft.retrying.push({
          node: end.node,
          segment: end.segment === NO_SEGMENT ? null : end.segment,
          attempt: end.attempt,
          code,
          message,
          at: due,
        });
      } else {
        draft.events.push({ type: 'failed', node: end.node, code, message });
      }
    }
  }
}

/** The same task again: it waits until `due`, keeps its input, and its next attempt has the next number. */
function renew(draft: DraftTurn, end: End, task: TakenTask, failures: number, due: Date): NewTask {
  return {
    projectId: end.projectId,
    instanceId: end.instanceId,
    node: end.node,
    segment: end.segment,
    work: task.work,
    status: 'delayed',
    held: draft.instance.status === 'paused',
    priority: task.priority,
    attempt: end.attempt,
    failures: task.failures + failures,
    dispatchSeconds: task.dispatchSeconds,
    runSeconds: task.runSeconds,
    heartbeatSeconds: task.heartbeatSeconds,
    totalSeconds: task.totalSeconds,
    openedAt: task.openedAt,
    firstAt: task.firstAt,
    dueAt: due,
    input: task.input,
  };
}
