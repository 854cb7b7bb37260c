import * as z from 'zod';
import { asJson } from '#db/database.ts';
import type { ChannelKind } from '#engine/alert/channel.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Context } from '../../context.ts';
import { unlessId } from '../../id.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import {
  channelSettings,
  checkSettings,
  noChannel,
  selectChannels,
  type AlertChannel,
} from './channel.ts';

export const changeAlertChannelInput = z
  .strictObject({
    ...channelSettings,
    settings: jsonObject.meta({
      description: 'what is named is changed, null takes it away; secrets that are not named stay',
    }),
  })
  .partial();

/** Changes what is named. The kind of a channel stays. */
export async function changeAlertChannel(
  ctx: Context,
  { id, ...changes }: { readonly id: string } & z.output<typeof changeAlertChannelInput>,
): Promise<AlertChannel | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noChannel);
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const [before] = await tx<{ kind: ChannelKind; settings: JsonObject }[]>`
      select kind, settings
      from alert_channel
      where project_id = ${ctx.projectId} and id = ${id}
      for no key update
    `;
    if (before === undefined) {
      return noChannel(id);
    }
    const settings = merge(ctx, before, changes.settings);
    if (isRefusal(settings)) {
      return settings;
    }
    await tx`
      update alert_channel
      set
        name = coalesce(${changes.name ?? null}, name),
        language = coalesce(${changes.language ?? null}, language),
        enabled = coalesce(${changes.enabled ?? null}, enabled),
        settings = ${asJson(settings)}::text::jsonb,
        updated_at = ${ctx.clock()}
      where project_id = ${ctx.projectId} and id = ${id}
    `;
    const [channel] = await selectChannels(ctx, tx, id);
    return channel ?? noChannel(id);
  });
}

/** What was good enough when it was made stays so until somebody changes it. */
function merge(
  ctx: Context,
  before: { readonly kind: ChannelKind; readonly settings: JsonObject },
  changes: JsonObject | undefined,
): JsonObject | Refusal {
  if (changes === undefined) {
    return before.settings;
  }
  const merged = Object.entries({ ...before.settings, ...changes });

  return checkSettings(
    ctx,
    before.kind,
    Object.fromEntries(merged.filter(([, value]) => value !== null)),
  );
}
