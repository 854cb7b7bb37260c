import * as z from 'zod';
import { asJson } from '#db/database.ts';
import { uuidv7 } from '#db/uuid.ts';
import { CHANNEL_KINDS } from '#engine/alert/channel.ts';
import { jsonObject } from '#engine/json.ts';
import type { Context } from '../../context.ts';
import { isRefusal, lacks, type Refusal } from '../../refusal.ts';
import {
  channelSettings,
  checkSettings,
  noChannel,
  selectChannels,
  type AlertChannel,
} from './channel.ts';

export const createAlertChannelInput = z.strictObject({
  name: channelSettings.name,
  kind: z.enum(CHANNEL_KINDS),
  language: channelSettings.language.default('en'),
  enabled: channelSettings.enabled.default(true),
  settings: jsonObject.meta({ description: 'by kind: see docs/alerts.md' }),
});

export async function createAlertChannel(
  ctx: Context,
  { name, kind, language, enabled, ...input }: z.output<typeof createAlertChannelInput>,
): Promise<AlertChannel | Refusal> {
  const settings = lacks(ctx, 'workflows:write') ?? checkSettings(ctx, kind, input.settings);
  if (isRefusal(settings)) {
    return settings;
  }
  const now = ctx.clock();
  const id = uuidv7(now);
  await ctx.db.sql`
    insert into alert_channel (
      project_id, id, name, kind, language, settings, enabled, created_at, updated_at
    )
    values (
      ${ctx.projectId}, ${id}, ${name}, ${kind}, ${language}, ${asJson(settings)}::text::jsonb,
      ${enabled}, ${now}, ${now}
    )
  `;
  const [channel] = await selectChannels(ctx, ctx.db.sql, id);
  return channel ?? noChannel(id);
}
