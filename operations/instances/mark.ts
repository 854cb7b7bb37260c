import * as z from 'zod';
import { recordAttempts } from '#db/hot/attempts.ts';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import type { NodeRecord } from '#engine/advance.ts';
import { nodeKey } from '#engine/definition.ts';
import { json, type Json } from '#engine/json.ts';
import { decodeState } from '#engine/state.ts';
import { nameOf, type Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { findWithout, programsOf } from './restart.ts';
import { reviveInstances } from './revive.ts';

export const markInput = moveInput.extend({
  task: nodeKey.meta({ description: 'key of the node' }),
  as: z.enum(['succeeded', 'failed', 'skipped']).meta({
    description: 'skipped: it is left out and counts as succeeded for what lies behind it',
  }),
  output: json.optional().meta({ description: 'of a task that is marked as succeeded' }),
});

export type MarkInput = z.infer<typeof markInput>;

/**
 * Settles one node of instances by hand, whatever it is doing: what a worker holds of it is no longer its own. What lies behind it and
 * never ran is judged again, so a failed run may go on from there.
 */
export async function markInstances(
  ctx: Context,
  input: MarkInput,
): Promise<{ results: Moved[] } | Refusal> {
  const { task, as, output = null, reason = '' } = input;

  return moveInstances(ctx, input, {
    event: as === 'skipped' ? 'skipped' : 'marked',
    from: ['running', 'paused', 'failed'],
    refusal: 'only tasks of one that runs or has failed can be marked.',
    data: as === 'skipped' ? { task } : { task, as, ...(as === 'succeeded' ? { output } : {}) },
    check: (applied, tx, instances) => findUnmarkable(applied, tx, instances, task),
    apply: async (applied, tx, instances) => {
      const programOf = await programsOf(applied, tx, instances);
      const nodeOf = ({ versionId }: LockedInstance) =>
        programOf(versionId).program.index.get(task) ?? 0;
      const message = `marked as failed by ${nameOf(applied.actor)}${reason && `: ${reason}`}`;
      await reviveInstances(applied, tx, instances, (instance) => ({
        events: [{ type: 'mark', node: nodeOf(instance), as, message }],
        outputs: new Map([[nodeOf(instance), as === 'succeeded' ? output : null]]),
      }));

      if (as !== 'skipped') {
        await recordAttempts(
          tx,
          instances.map((instance) => ({
            projectId: instance.projectId,
            instanceId: instance.instanceId,
            worker: nameOf(applied.actor),
            ...recordOf(nodeOf(instance), as, output, message),
          })),
          applied.clock(),
        );
      }
    },
  });
}

function recordOf(
  node: number,
  as: 'succeeded' | 'failed',
  output: Json,
  message: string,
): NodeRecord {
  return as === 'succeeded'
    ? { node, outcome: 'succeeded', output }
    : { node, outcome: 'failed', code: 'error', message };
}

/** A node that succeeded keeps its result: it can only be started over. */
async function findUnmarkable(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const [without, programOf] = await Promise.all([
    findWithout(ctx, tx, instances, key),
    programsOf(ctx, tx, instances),
  ]);

  return new Map([
    ...without,
    ...instances.flatMap(({ instanceId, versionId, state }) => {
      const node = programOf(versionId).program.index.get(key);
      return node !== undefined && decodeState(state).nodes[node] === 'succeeded'
        ? [
            [
              instanceId,
              `Task "${key}" of instance ${instanceId} has succeeded; it can only be started over.`,
            ] as const,
          ]
        : [];
    }),
  ]);
}
