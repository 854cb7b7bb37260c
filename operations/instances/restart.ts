import type * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { nodeKey } from '#engine/definition.ts';
import { foldedMark } from '#engine/plan/unfold.ts';
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

/** Instances that have nothing of that name to run, with the sentence that says why. */
export async function findWithout(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const programOf = await programsOf(ctx, tx, instances);
  const without = instances.filter(({ versionId }) => !programOf(versionId).program.index.has(key));
  if (without.length === 0) {
    return new Map();
  }
  const drawn = await findDrawn(
    tx,
    without.map(({ versionId }) => versionId),
    key,
  );

  return new Map(
    without.map(({ instanceId, versionId }) => [
      instanceId,
      whyWithout(programOf(versionId), instanceId, key, drawn.has(versionId)),
    ]),
  );
}

/** The plan leaves out marks that decide nothing, and what is disabled or cannot be reached: see `engine/plan/prune.ts`. */
function whyWithout(
  { program, workflow, version }: VersionProgram,
  instanceId: string,
  key: string,
  isDrawn: boolean,
): string {
  const mark = foldedMark(program.plan, key);
  if (mark !== undefined) {
    const follows =
      mark.type === 'start' ? 'it succeeds as the run begins' : 'it follows what lies before it';
    return `Node "${key}" of instance ${instanceId} is only a mark: ${follows}, so it can be neither started over nor marked by itself.`;
  }
  return isDrawn
    ? `Node "${key}" of version ${version} of workflow "${workflow}", which instance ${instanceId} runs, is disabled or cannot be reached, so no run has it.`
    : `Version ${version} of workflow "${workflow}", which instance ${instanceId} runs, has no node "${key}".`;
}

/** Those of the versions in whose drawing there is such a node. */
async function findDrawn(
  tx: Transaction,
  versionIds: readonly number[],
  key: string,
): Promise<ReadonlySet<number>> {
  const rows = await tx<{ id: number }[]>`
    select id
    from version
    where id = any(${versionIds as number[]}::int[])
      and exists (
        select from json_array_elements(definition -> 'nodes') as node where node ->> 'key' = ${key}
      )
  `;
  return new Set(rows.map(({ id }) => id));
}
