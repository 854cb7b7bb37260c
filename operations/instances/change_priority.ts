import * as z from 'zod';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { rank } from './rank.ts';

export const changePriorityInput = moveInput.extend({
  priority: z.int().min(-10_000).max(10_000),
});

/** Gives instances another place in their queue, and their live tasks another in line for workers. */
export async function changePriority(
  ctx: Context,
  input: z.infer<typeof changePriorityInput>,
): Promise<{ results: Moved[] } | Refusal> {
  const { priority } = input;

  return moveInstances(ctx, input, {
    event: 'priority_changed',
    from: ['scheduled', 'queued', 'running', 'paused'],
    refusal: 'only one that has not ended has a place in line.',
    data: { priority },
    apply: async (applied, tx, instances) => {
      const ids = instances.map(({ instanceId }) => instanceId);

      // A node's own priority stays on top of the instance's. A claim that passes over these rows meanwhile may be the last to look.
      const passedOver = await tx<{ projectId: number; work: string }[]>`
        with moved as (
          update task t
          set priority = t.priority - i.priority + ${priority}
          from instance i
          where i.project_id = ${applied.projectId}
            and i.id = any(${ids}::uuid[])
            and t.project_id = i.project_id
            and t.instance_id = i.id
          returning t.project_id, t.work, t.status, t.held
        )
        select project_id as "projectId", work from moved where status = 'ready' and not held
      `;
      await tx`
        update instance i
        set priority = ranked.priority, rank = ranked.rank
        from (
          select project_id, id, priority, ${rank(tx)} as rank
          from (
            select
              i.project_id, i.id, ${priority}::smallint as priority, i.created_at, w.ageing_seconds
            from instance i
            join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
            where i.project_id = ${applied.projectId} and i.id = any(${ids}::uuid[])
          ) as moved
        ) as ranked
        where i.project_id = ranked.project_id and i.id = ranked.id
      `;
      await wake(tx, [], passedOver);
      await announce(tx, { changed: instances, ready: passedOver });
    },
  });
}
