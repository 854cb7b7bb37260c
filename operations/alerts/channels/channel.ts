import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import {
  CHANNEL_KINDS,
  CHANNEL_SETTINGS,
  SECRET_SETTINGS,
  type ChannelKind,
} from '#engine/alert/channel.ts';
import { ALERT_LANGUAGES } from '#engine/alert/text.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Context } from '../../context.ts';
import { hostErrors, urlErrors } from '../../outbound_url.ts';
import { instant, toInstant } from '../../page.ts';
import { CHECKS, fieldErrors, refuse, type FieldError, type Refusal } from '../../refusal.ts';

export const channelSettings = {
  name: z.string().trim().min(1).max(200),
  language: z.enum(ALERT_LANGUAGES).meta({ description: 'of its messages' }),
  enabled: z.boolean(),
};

export const alertChannel = z
  .object({
    id: z.string(),
    ...channelSettings,
    kind: z.enum(CHANNEL_KINDS),
    settings: jsonObject.meta({ description: 'by kind, without its secrets' }),
    secrets: z.array(z.string()).meta({ description: 'names of the secret settings that it has' }),
    address: z.string().meta({ description: 'where it leads to, without what opens the door' }),
    waiting: z.int().meta({ description: 'messages on their way' }),
    dead: z.int().meta({ description: 'messages that were given up; counted up to 1,000' }),
    last: z
      .object({
        status: z.enum(['waiting', 'sent', 'dead']),
        result: z.string().nullable(),
        at: instant,
      })
      .nullable()
      .meta({ description: 'its latest message' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'AlertChannel',
    description: 'Where alerts go. Secrets are stored, never answered.',
  });

export type AlertChannel = z.infer<typeof alertChannel>;

type ChannelRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly language: AlertChannel['language'];
  readonly settings: JsonObject;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly waiting: number;
  readonly dead: number;
  readonly lastStatus: 'waiting' | 'sent' | 'dead' | null;
  readonly lastResult: string | null;
  readonly lastAt: Date | null;
};

/** All channels, or one, in the order of their making. */
export async function selectChannels(
  ctx: Context,
  sql: Queryable,
  id: string | null,
): Promise<AlertChannel[]> {
  const rows = await sql<ChannelRow[]>`
    select
      c.id, c.name, c.kind, c.language, c.settings, c.enabled, c.created_at as "createdAt",
      c.updated_at as "updatedAt",
      ${countOf(sql, 'waiting')} as waiting,
      ${countOf(sql, 'dead')} as dead,
      last.status as "lastStatus", last.result as "lastResult",
      coalesce(last.sent_at, last.created_at) as "lastAt"
    from alert_channel c
    left join lateral (
      select m.status, m.result, m.sent_at, m.created_at
      from alert_message m
      where m.project_id = c.project_id and m.channel_id = c.id
        and m.status in ('waiting', 'sent', 'dead')
      order by m.id desc
      limit 1
    ) as last on true
    where c.project_id = ${ctx.projectId} and (${id}::uuid is null or c.id = ${id}::uuid)
    order by c.id
  `;
  return rows.map(channelOf);
}

function countOf(sql: Queryable, status: 'waiting' | 'dead') {
  return sql`
    (
      select count(*)::int
      from (
        select
        from alert_message m
        where m.project_id = c.project_id and m.channel_id = c.id and m.status = ${status}
        limit 1000
      ) as counted
    )
  `;
}

function channelOf(row: ChannelRow): AlertChannel {
  const secret = SECRET_SETTINGS[row.kind];
  const entries = Object.entries(row.settings);

  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    language: row.language,
    enabled: row.enabled,
    settings: Object.fromEntries(entries.filter(([name]) => !secret.includes(name))),
    secrets: entries.flatMap(([name]) => (secret.includes(name) ? [name] : [])),
    address: addressOf(row.settings),
    waiting: row.waiting,
    dead: row.dead,
    last:
      row.lastStatus === null
        ? null
        : { status: row.lastStatus, result: row.lastResult, at: toInstant(row.lastAt) ?? '' },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** `https://oapi.dingtalk.com/…`, `smtp.example.com:587`. */
function addressOf({ url, host, port }: JsonObject): string {
  if (typeof url === 'string') {
    return `${URL.parse(url)?.origin ?? ''}/…`;
  }
  return `${typeof host === 'string' ? host : ''}:${typeof port === 'number' ? port : ''}`;
}

export function noChannel(id: string): Refusal {
  return refuse('not_found', `There is no alert channel "${id}".`);
}

/** The settings as their kind wants them, with their defaults; or what is wrong with them. */
export function checkSettings(
  ctx: Context,
  kind: ChannelKind,
  settings: JsonObject,
): JsonObject | Refusal {
  const read = CHANNEL_SETTINGS[kind].safeParse(settings, CHECKS);
  const errors = read.success
    ? addressErrors(ctx, read.data)
    : fieldErrors(read.error, '/settings');

  if (read.success && errors.length === 0) {
    return read.data;
  }
  return refuse('invalid_request', `${errors[0]?.pointer} ${errors[0]?.message}`, { errors });
}

/** Robots and receivers have a URL, mail servers a host. */
function addressErrors(
  ctx: Context,
  settings: { readonly url: string } | { readonly host: string },
): FieldError[] {
  return 'url' in settings
    ? urlErrors(ctx, '/settings/url', settings.url)
    : hostErrors(ctx, '/settings/host', settings.host);
}
