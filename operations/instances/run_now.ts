import type * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { nodeKey } from '#engine/definition.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { findWithout, programsOf } from './restart.ts';

export const runNowInput = moveInput.extend({
  task: nodeKey.optional().meta({ description: 'only this node (default: all that is put off)' }),
});

/**
 * Cuts delays short: of a scheduled instance, of its tasks' delays, waits, windows and retries. A worker's own `delay` too: a person knows
 * better. What is cut short is due now; the sweep, which is woken, does the rest.
 */
export async function runInstancesNow(
  ctx: Context,
  input: z.infer<typeof runNowInput>,
): Promise<{ results: Moved[] } | Refusal> {
  const { task } = input;

  return moveInstances(ctx, input, {
    event: 'hurried',
    from: ['scheduled', 'running', 'paused'],
    refusal: 'nothing of it is put off.',
    data: task === undefined ? {} : { task },
    check: (applied, tx, instances) => findNotPutOff(applied, tx, instances, task),
    apply: async (applied, tx, instances) => {
      const now = applied.clock();
      const ids = instances.map(({ instanceId }) => instanceId);

      await tx`
        update instance
        set run_at = ${now}
        where project_id = ${applied.projectId} and id = any(${ids}::uuid[]) and status = 'scheduled'
      `;
      for (const [node, group] of await byNode(applied, tx, instances, task)) {
        await tx`
          update task
          set due_at = ${now}
          where project_id = ${applied.projectId}
            and instance_id = any(${group.map(({ instanceId }) => instanceId)}::uuid[])
            and (${node}::smallint is null or node = ${node})
            and status = 'delayed'
        `;
      }
      await wake(tx, [{ name: 'sweep', payload: {} }]);
      await announce(tx, { changed: instances, ready: [] });
    },
  });
}

/** The same key has another place in another version. Null: all nodes. */
async function byNode(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  task: string | undefined,
): Promise<Map<number | null, LockedInstance[]>> {
  if (task === undefined) {
    return new Map([[null, [...instances]]]);
  }
  const programOf = await programsOf(ctx, tx, instances);
  return Map.groupBy(
    instances,
    ({ versionId }) => programOf(versionId).program.index.get(task) ?? null,
  );
}

async function findNotPutOff(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  task: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const begun = instances.filter(({ status }) => status !== 'scheduled');
  const without = task === undefined ? new Map() : await findWithout(ctx, tx, instances, task);
  const delayed = new Set<string>();

  for (const [node, group] of await byNode(ctx, tx, begun, task)) {
    const rows = await tx<{ id: string }[]>`
      select distinct instance_id as id
      from task
      where project_id = ${ctx.projectId}
        and instance_id = any(${group.map(({ instanceId }) => instanceId)}::uuid[])
        and (${node}::smallint is null or node = ${node})
        and status = 'delayed'
    `;
    for (const { id } of rows) {
      delayed.add(id);
    }
  }

  return new Map([
    ...begun
      .filter(({ instanceId }) => !delayed.has(instanceId))
      .map(
        ({ instanceId }) =>
          [
            instanceId,
            task === undefined
              ? `No task of instance ${instanceId} is put off.`
              : `Task "${task}" of instance ${instanceId} is not put off.`,
          ] as const,
      ),
    ...without,
  ]);
}
