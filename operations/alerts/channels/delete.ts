import type { Context } from '../../context.ts';
import { unlessId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { noChannel } from './channel.ts';

/** Deletes a channel with its log; rules that named it tell the others. */
export async function deleteAlertChannel(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<{ id: string } | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noChannel);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    await tx`
      update alert_rule
      set channels = array_remove(channels, ${id}::uuid), updated_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and ${id}::uuid = any(channels)
    `;
    const [gone] = await tx<{ id: string }[]>`
      delete from alert_channel where project_id = ${ctx.projectId} and id = ${id} returning id
    `;
    return gone ?? noChannel(id);
  });
}
