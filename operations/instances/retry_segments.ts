import * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { listSegments, type WaitingSegment } from '#db/hot/segments.ts';
import { MAX_SEGMENTS } from '#engine/advance.ts';
import { nodeKey } from '#engine/definition.ts';
import { decodeState } from '#engine/state.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { findWithout, programsOf } from './restart.ts';
import { findUnfinished } from './retry.ts';
import { findQueues, reviveInstances } from './revive.ts';

export const retrySegmentsInput = moveInput.extend({
  task: nodeKey.meta({ description: 'key of the fan-out' }),
  segments: z
    .array(z.int().min(0).max(MAX_SEGMENTS))
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'their orders, from 0 (default: all that failed)' }),
});

type RetrySegmentsInput = z.infer<typeof retrySegmentsInput>;

/**
 * Starts failed segments of a fan-out over, while its other segments go on or after they ended. A fan-out that had failed is open again,
 * and what lies behind it starts over when it ends.
 */
export async function retrySegments(
  ctx: Context,
  input: RetrySegmentsInput,
): Promise<{ results: Moved[] } | Refusal> {
  const { task, segments } = input;
  const failed = new Map<string, readonly WaitingSegment[]>();

  return moveInstances(ctx, input, {
    event: 'segments_retried',
    from: ['running', 'paused', 'failed'],
    refusal: 'only segments of one that runs or has failed can be started over.',
    data: { task, ...(segments === undefined ? {} : { segments }) },
    check: async (applied, tx, instances) => {
      const [without, queueOf, programOf] = await Promise.all([
        findWithout(applied, tx, instances, task),
        findQueues(applied, tx, instances),
        programsOf(applied, tx, instances),
      ]);
      // Stopped in the middle: segments that were under way then would have nobody to end them.
      const isStopped = ({ versionId, state }: LockedInstance) =>
        decodeState(state).nodes[programOf(versionId).program.index.get(task) ?? -1] ===
        'cancelled';
      const found = await findFailed(applied, tx, instances, input);

      return new Map(
        instances.flatMap((instance) => {
          const { instanceId, status } = instance;
          const list = found.get(instanceId) ?? [];
          failed.set(instanceId, list);
          const why =
            without.get(instanceId) ??
            (isStopped(instance)
              ? `Task "${task}" of instance ${instanceId} was cancelled before all its segments had ended; retry the instance.`
              : undefined) ??
            (list.length === 0
              ? `No failed segment of task "${task}" of instance ${instanceId} is among those.`
              : isFinalInstance(status) && queueOf(instance) !== undefined
                ? `Instance ${instanceId} has to queue before anything of it starts over; retry the instance.`
                : undefined);
          return why === undefined ? [] : [[instanceId, why] as const];
        }),
      );
    },
    apply: async (applied, tx, instances) => {
      const programOf = await programsOf(applied, tx, instances);
      const lineOf = await findLines(tx, instances);

      await reviveInstances(applied, tx, instances, ({ instanceId, versionId }) => {
        const node = programOf(versionId).program.index.get(task) ?? 0;
        const list = failed.get(instanceId) ?? [];
        return {
          events: [{ type: 'retrySegments', node, count: list.length }],
          // They come back at the head of the line.
          unfinished: new Map([[node, [...list, ...lineOf(instanceId, node)]]]),
        };
      });
    },
  });
}

/** What waits in line of each fan-out. */
async function findLines(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(instanceId: string, node: number) => readonly WaitingSegment[]> {
  const lines = instances.flatMap(({ projectId, instanceId, state }) =>
    [...decodeState(state).fanouts].flatMap(([node, { made, total }]) =>
      made < total ? [{ projectId, instanceId, node, made }] : [],
    ),
  );
  const waiting = lines.length === 0 ? [] : await listSegments(tx, lines);
  const byLine = Map.groupBy(waiting, ({ instanceId, node }) => `${instanceId}_${node}`);

  return (instanceId, node) => byLine.get(`${instanceId}_${node}`) ?? [];
}

/** Of the segments asked for, those that failed for good: they have no live task and do not wait in line. */
async function findFailed(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  { task, segments }: RetrySegmentsInput,
): Promise<ReadonlyMap<string, readonly WaitingSegment[]>> {
  const [unfinishedOf, programOf] = await Promise.all([
    findUnfinished(tx, instances, { inLine: false }),
    programsOf(ctx, tx, instances),
  ]);
  const wanted = segments === undefined ? null : new Set(segments);
  const live = await tx<{ instanceId: string; node: number; segment: number }[]>`
    select instance_id as "instanceId", node, segment
    from task
    where project_id = ${ctx.projectId}
      and instance_id = any(${instances.map(({ instanceId }) => instanceId)}::uuid[])
      and segment >= 0
  `;
  const alive = new Set(live.map((one) => `${one.instanceId}_${one.node}_${one.segment}`));

  return new Map(
    instances.map(({ instanceId, versionId, state }) => {
      const node = programOf(versionId).program.index.get(task) ?? -1;
      const all = decodeState(state).fanouts.has(node) ? unfinishedOf(instanceId).get(node) : [];
      const list = (all ?? []).filter(
        ({ segment }) =>
          (wanted?.has(segment) ?? true) && !alive.has(`${instanceId}_${node}_${segment}`),
      );
      return [instanceId, list];
    }),
  );
}
