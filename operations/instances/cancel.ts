import { encodeState, decodeState } from '#engine/state.ts';
import { updateInstances } from '#db/hot/instances.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInstances, type Moved, type MoveInput } from './move.ts';
import { takeTurns } from './turn.ts';

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
    apply: async (applied, tx, instances) => {
      const live = instances.filter(({ status }) => status === 'running' || status === 'paused');
      const waiting = instances.filter((instance) => !live.includes(instance));

      await takeTurns(
        applied,
        tx,
        live.map((instance) => ({
          instance,
          events: [{ type: 'cancel' }],
          patches: [],
          outputs: new Map(),
          renewed: [],
        })),
      );
      if (waiting.length > 0) {
        await updateInstances(tx, waiting.map(cancelled), applied.clock());
        await announce(tx, { changed: waiting, ready: [] });
      }
    },
  });
}

/** One that never started: the engine has not seen it, so all of its nodes that are still pending end here. */
function cancelled(
  instance: Parameters<typeof announce>[1]['changed'][number] & { state: string },
) {
  const state = decodeState(instance.state);

  return {
    projectId: instance.projectId,
    instanceId: instance.instanceId,
    state: encodeState({
      ...state,
      nodes: state.nodes.map((status) => (status === 'pending' ? 'cancelled' : status)),
    }),
    status: 'cancelled' as const,
    context: null,
    error: null,
    clearError: false,
    output: null,
    retried: false,
    expiresAt: null,
  };
}
