import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInstances, type Moved, type MoveInput } from './move.ts';

/** Stops the hand-out of instances' tasks. What workers hold goes on, and their reports count. */
export async function pauseInstances(
  ctx: Context,
  input: MoveInput,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'paused',
    from: ['running'],
    refusal: 'only a running one can be paused.',
    apply: async (_ctx, tx, instances) => {
      await hold(tx, instances, true);
      await announce(tx, { changed: instances, ready: [] });
    },
  });
}

/** Hands the tasks of paused instances out again. */
export async function resumeInstances(
  ctx: Context,
  input: MoveInput,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'resumed',
    from: ['paused'],
    refusal: 'only a paused one can be resumed.',
    apply: async (_ctx, tx, instances) => {
      const ready = await hold(tx, instances, false);
      await wake(tx, [], ready);
      await announce(tx, { changed: instances, ready });
    },
  });
}

/** Sets the status of instances and holds their live tasks or lets them go; answers the works of those that are ready. */
async function hold(
  tx: Transaction,
  instances: readonly LockedInstance[],
  held: boolean,
): Promise<{ projectId: number; work: string }[]> {
  const projects = instances.map(({ projectId }) => projectId);
  const ids = instances.map(({ instanceId }) => instanceId);

  const [, tasks] = await Promise.all([
    tx`
      update instance i
      set status = ${held ? 'paused' : 'running'}
      from unnest(${projects}::int[], ${ids}::uuid[]) as r(project_id, id)
      where i.project_id = r.project_id and i.id = r.id
    `,
    tx<{ projectId: number; work: string; status: string }[]>`
      update task t
      set held = ${held}
      from unnest(${projects}::int[], ${ids}::uuid[]) as r(project_id, id)
      -- As in db/hot/rows.ts.
      where t.project_id = any(array[r.project_id]) and t.instance_id = r.id
      returning t.project_id as "projectId", t.work, t.status
    `,
  ]);

  return held ? [] : tasks.filter(({ status }) => status === 'ready');
}
