import type * as z from 'zod';
import { jsons, plain } from '#db/columns.ts';
import { lockInstances } from '#db/hot/instances.ts';
import { jsonObject, mergePatch } from '#engine/json.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';

export const editContextInput = moveInput.extend({
  patch: jsonObject.meta({ description: 'RFC 7386 patch of the shared context' }),
});

/** Patches the shared context of instances, beside what their workers patch: both survive. Tasks that open from now on see it. */
export async function editContext(
  ctx: Context,
  input: z.infer<typeof editContextInput>,
): Promise<{ results: Moved[] } | Refusal> {
  const { patch } = input;

  return moveInstances(ctx, input, {
    event: 'context_edited',
    from: ['scheduled', 'queued', 'running', 'paused', 'failed', 'cancelled'],
    refusal: 'nothing of it will read its context any more.',
    data: { patch },
    apply: async (_ctx, tx, instances) => {
      // Theirs is the lock already: this only reads what the move did not load.
      const loaded = await lockInstances(
        tx,
        instances.map((key) => ({ ...key, withContext: true })),
      );

      await tx`
        update instance i
        set context = r.context
        from unnest(
          ${plain(loaded.map(({ projectId }) => projectId))}::text::int[],
          ${plain(loaded.map(({ instanceId }) => instanceId))}::text::uuid[],
          ${jsons(loaded.map(({ context }) => mergePatch(context ?? {}, patch)))}::text::jsonb[]
        ) as r(project_id, id, context)
        where i.project_id = r.project_id and i.id = r.id
      `;
      await announce(tx, { changed: instances, ready: [] });
    },
  });
}
