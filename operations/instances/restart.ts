import type * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { nodeKey } from '#engine/definition.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { reviveInstances } from './revive.ts';

export const restartInput = moveInput.extend({
  from: nodeKey.meta({ description: 'key of the node that is started over, with all behind it' }),
});

/** Starts instances over from one node: it and everything behind it run again, the rest keeps its results. */
export async function restartInstances(
  ctx: Context,
  input: z.infer<typeof restartInput>,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'restarted',
    from: ['running', 'paused', 'succeeded', 'failed', 'cancelled'],
    refusal: 'only one that has begun can be started over from a node.',
    data: { from: input.from },
    check: (applied, tx, instances) => findWithout(applied, tx, instances, input.from),
    apply: async (applied, tx, instances) => {
      const programOf = await programsOf(applied, tx, instances);
      await reviveInstances(applied, tx, instances, ({ versionId }) => ({
        events: [
          { type: 'restart', node: programOf(versionId).program.index.get(input.from) ?? 0 },
        ],
      }));
    },
  });
}

export function programsOf(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(versionId: number) => VersionProgram> {
  return loadPrograms(
    ctx.db,
    tx,
    instances.map(({ versionId }) => versionId),
  );
}

/** Instances whose version has no such node, with the sentence that says so. */
export async function findWithout(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const programOf = await programsOf(ctx, tx, instances);

  return new Map(
    instances.flatMap(({ instanceId, versionId }) => {
      const { program, workflow, version } = programOf(versionId);
      return program.index.has(key)
        ? []
        : [
            [
              instanceId,
              `Version ${version} of workflow "${workflow}", which instance ${instanceId} runs, has no node "${key}".`,
            ] as const,
          ];
    }),
  );
}
