import * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import type { WaitingSegment } from '#db/hot/segments.ts';
import { MAX_SEGMENTS } from '#engine/advance.ts';
import { nodeKey } from '#engine/definition.ts';
import { decodeState } from '#engine/state.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { findWithout, programsOf } from './restart.ts';
import { findSegments } from './retry.ts';
import { findQueues, reviveInstances } from './revive.ts';
import { slicesOf } from './slices.ts';

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
      // How many, not which: all segments of all of them need not be in memory at once.
      const failed = new Map<string, number>();
      for (const slice of slicesOf(instances)) {
        for (const [instanceId, found] of await find(applied, tx, slice, input)) {
          failed.set(instanceId, found.failed.length);
        }
      }

      return new Map(
        instances.flatMap((instance) => {
          const { instanceId, status } = instance;
          const why =
            without.get(instanceId) ??
            (isStopped(instance)
              ? `Task "${task}" of instance ${instanceId} was cancelled before all its segments had ended; retry the instance.`
              : undefined) ??
            (failed.get(instanceId) === 0
              ? `No failed segment of task "${task}" of instance ${instanceId} is among those.`
              : isFinalInstance(status) && queueOf(instance) !== undefined
                ? `Instance ${instanceId} has to queue before anything of it starts over; retry the instance.`
                : undefined);
          return why === undefined ? [] : [[instanceId, why] as const];
        }),
      );
    },
    apply: async (applied, tx, instances) => {
      const [programOf, found] = await Promise.all([
        programsOf(applied, tx, instances),
        find(applied, tx, instances, input),
      ]);

      await reviveInstances(applied, tx, instances, ({ instanceId, versionId }) => {
        const node = programOf(versionId).program.index.get(task) ?? 0;
        const { failed = [], inLine = [] } = found.get(instanceId) ?? {};
        return {
          events: [{ type: 'retrySegments', node, count: failed.length }],
          // They come back at the head of the line.
          unfinished: new Map([[node, [...failed, ...inLine]]]),
        };
      });
    },
  });
}

/** Of one run's fan-out: those of the segments asked for that failed for good, and all that wait in line. */
type Found = {
  readonly failed: readonly WaitingSegment[];
  readonly inLine: readonly WaitingSegment[];
};

/** A segment that failed for good has no live task and does not wait in line. */
async function find(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  { task, segments }: RetrySegmentsInput,
): Promise<ReadonlyMap<string, Found>> {
  const [segmentsOf, programOf] = await Promise.all([
    findSegments(tx, instances),
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
    instances.map(({ instanceId, versionId }) => {
      const node = programOf(versionId).program.index.get(task) ?? -1;
      const { ended, inLine } = segmentsOf(instanceId);
      const failed = (ended.get(node) ?? []).filter(
        ({ segment }) =>
          (wanted?.has(segment) ?? true) && !alive.has(`${instanceId}_${node}_${segment}`),
      );
      return [instanceId, { failed, inLine: inLine.get(node) ?? [] }];
    }),
  );
}
