import { findUnfinishedSegments } from '#db/hot/attempts.ts';
import { updateInstances, type LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { listSegments, type NodeKey, type WaitingSegment } from '#db/hot/segments.ts';
import { cancelPending, decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInstances, type Moved, type MoveInput } from './move.ts';
import type { Unfinished } from './open.ts';
import { findQueues, joinLine, type Queue } from './revive.ts';
import { takeTurns } from './turn.ts';
import type { Turn } from './turn/decide.ts';

/**
 * Starts failed or cancelled instances over from what failed: succeeded tasks, and succeeded segments of a fan-out, keep their results.
 * Instances of a workflow that has a limit by now, or is switched off, join its queue first; those of one that lets one instance per
 * object run wait for their object, whatever else it does with a busy one.
 */
export async function retryInstances(
  ctx: Context,
  input: MoveInput,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'retried',
    from: ['failed', 'cancelled'],
    refusal: 'only a failed or cancelled one can be retried.',
    apply: async (applied, tx, instances) => {
      const queueOf = await findQueues(applied, tx, instances);
      const waiting = instances.flatMap((instance) => {
        const queue = queueOf(instance);
        return queue === undefined ? [] : [{ ...instance, ...queue }];
      });
      await queueAgain(applied, tx, waiting);
      await takeTurns(
        applied,
        tx,
        await retryTurns(
          tx,
          instances.filter((instance) => queueOf(instance) === undefined),
        ),
      );
    },
  });
}

/**
 * Puts instances back in line as they are; admission finds from their state that they are to be retried: nothing in it is pending, not even
 * what another version added since they ended.
 */
async function queueAgain(
  ctx: Context,
  tx: Transaction,
  instances: readonly (LockedInstance & Queue)[],
): Promise<void> {
  if (instances.length === 0) {
    return;
  }
  await updateInstances(
    tx,
    instances.map(({ projectId, instanceId, state }) => ({
      projectId,
      instanceId,
      state: cancelPending(state),
      status: 'queued' as const,
      context: null,
      error: null,
      clearError: true,
      output: null,
      retried: true,
      expiresAt: null,
    })),
    ctx.clock(),
  );
  await joinLine(tx, instances);
  await announce(tx, { changed: instances, ready: [] });
}

/** The turns that retry locked instances, with the segments that their fan-outs are to repeat. */
export async function retryTurns(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<Turn[]> {
  const segmentsOf = await findSegments(tx, instances);

  return instances.map((instance) => {
    const unfinished = inOrder(segmentsOf(instance.instanceId));

    return {
      instance: { ...instance, status: 'running', retried: true },
      events: [{ type: 'retry', failedSegments: countsOf(unfinished) }],
      unfinished,
      revives: true,
    };
  });
}

function countsOf(unfinished: Unfinished): ReadonlyMap<number, number> {
  return new Map([...unfinished].map(([node, segments]) => [node, segments.length]));
}

/** All of each fan-out in the order of its items. */
function inOrder({ ended, inLine }: Segments): Unfinished {
  return new Map(
    [...new Set([...ended.keys(), ...inLine.keys()])].map((node) => [
      node,
      [...(ended.get(node) ?? []), ...(inLine.get(node) ?? [])].toSorted(
        (one, other) => one.segment - other.segment,
      ),
    ]),
  );
}

/** The segments of a run's fan-outs that have not succeeded: those whose last attempt ended so, those that wait in line. */
export type Segments = { readonly ended: Unfinished; readonly inLine: Unfinished };

export async function findSegments(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(instanceId: string) => Segments> {
  const fanouts = instances.flatMap(({ projectId, instanceId, state }) =>
    [...decodeState(state).fanouts].map(([node, { total, made }]) => ({
      projectId,
      instanceId,
      node,
      segments: total,
      made,
    })),
  );
  const lines = fanouts.filter(({ segments, made }) => made < segments);
  const [unfinished, inLine] = await Promise.all([
    fanouts.length === 0 ? [] : findUnfinishedSegments(tx, fanouts),
    lines.length === 0 ? [] : listSegments(tx, lines),
  ]);
  // One that failed and was let go again waits in line with that attempt's number: it is found twice, and counts once.
  const lined = new Set(inLine.map(keyOf));
  const endedOf = byNode(unfinished.filter((segment) => !lined.has(keyOf(segment))));
  const inLineOf = byNode(inLine);

  return (instanceId) => ({
    ended: endedOf.get(instanceId) ?? new Map(),
    inLine: inLineOf.get(instanceId) ?? new Map(),
  });
}

function byNode(segments: readonly (NodeKey & WaitingSegment)[]): ReadonlyMap<string, Unfinished> {
  const byInstance = Map.groupBy(segments, ({ instanceId }) => instanceId);

  return new Map(
    [...byInstance].map(([instanceId, list]) => [
      instanceId,
      Map.groupBy(list, ({ node }) => node),
    ]),
  );
}

function keyOf({ instanceId, node, segment }: NodeKey & WaitingSegment): string {
  return `${instanceId}_${node}_${segment}`;
}
