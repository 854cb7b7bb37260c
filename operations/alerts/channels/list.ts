import type { Context } from '../../context.ts';
import { isId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import { noChannel, selectChannels, type AlertChannel } from './channel.ts';

/** All channels: people write them, so they are few. */
export async function listAlertChannels(
  ctx: Context,
): Promise<{ data: AlertChannel[]; nextCursor: null } | Refusal> {
  const refusal = lacks(ctx, 'read');
  return isRefusal(refusal)
    ? refusal
    : { data: await selectChannels(ctx, ctx.db.reads, null), nextCursor: null };
}

export async function getAlertChannel(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<AlertChannel | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const [channel] = isId(id) ? await selectChannels(ctx, ctx.db.reads, id) : [];
  return channel ?? noChannel(id);
}
