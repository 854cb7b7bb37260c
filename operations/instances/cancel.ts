import { updateInstances, type LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { cancelPending } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { endOf as endHeard } from '../notifications/happenings.ts';
import { raiseInstanceEvents } from '../notifications/raise.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInstances, type Moved, type MoveInput } from './move.ts';
import { takeTurns } from './turn.ts';
import { endOf } from './turn/wake_ups.ts';

/**
 * Cancels instances at once: what waits is never handed out, what workers hold is no longer theirs (their next report is refused with
 * `stale_attempt` and `cancelled`).
 */
export async function cancelInstances(
  ctx: Context,
  input: MoveInput,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'cancelled',
    from: ['scheduled', 'queued', 'running', 'paused'],
    refusal: 'only one that has not ended can be cancelled.',
    apply: cancelLocked,
  });
}

/** Cancels instances that the caller has locked and that have not ended. */
export async function cancelLocked(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<void> {
  const live = instances.filter(({ status }) => status === 'running' || status === 'paused');
  const waiting = instances.filter((instance) => !live.includes(instance));

  await takeTurns(
    ctx,
    tx,
    live.map((instance) => ({
      instance,
      events: [{ type: 'cancel' }],
    })),
  );
  if (waiting.length > 0) {
    await updateInstances(tx, waiting.map(cancelled), ctx.clock());
    const ends = waiting.flatMap((instance) => endHeard(instance, 'cancelled'));
    const senders = await raiseInstanceEvents(tx, ends, ctx.clock());
    await wake(tx, [...waiting.flatMap(endOf), ...senders]);
    await announce(tx, { changed: waiting, ready: [] });
  }
}

/** One that never started: the engine has not seen it, so all of its nodes that are still pending end here. */
function cancelled({ projectId, instanceId, state }: LockedInstance) {
  return {
    projectId,
    instanceId,
    state: cancelPending(state),
    status: 'cancelled' as const,
    context: null,
    error: null,
    clearError: false,
    output: null,
    retried: false,
    expiresAt: null,
  };
}
