import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { AlertMessage } from '#engine/alert/channel.ts';
import { json, type Json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import {
  instant,
  pageInput,
  readCursor,
  toInstant,
  toPage,
  writeCursor,
  type Page,
} from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { findAlert, noAlert } from './alert.ts';
import { noChannel } from './channels/channel.ts';

export const alertMessage = z
  .object({
    id: z.string(),
    channelId: z.string(),
    channel: z.string().meta({ description: 'name of the channel' }),
    type: z.enum(['fired', 'resolved', 'test']),
    title: z.string(),
    status: z.enum(['waiting', 'sent', 'dead']),
    attempts: z.int().meta({ description: 'tries that failed' }),
    dueAt: instant.meta({ description: 'of one that waits: its next try' }),
    request: json.meta({ description: 'what was sent last, without secrets' }),
    answer: z.string().nullable().meta({ description: 'what came back, as it came' }),
    result: z.string().nullable().meta({ description: 'what that means' }),
    createdAt: instant,
    sentAt: instant.nullable(),
  })
  .meta({ id: 'AlertMessage', description: 'One message to one channel, and what became of it.' });

export type SentMessage = z.infer<typeof alertMessage>;

type MessageRow = {
  readonly id: string;
  readonly channelId: string;
  readonly channel: string;
  readonly content: AlertMessage;
  readonly status: SentMessage['status'];
  readonly attempts: number;
  readonly dueAt: Date;
  readonly request: Json;
  readonly answer: string | null;
  readonly result: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
};

export const listMessagesInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.uuid()]);

/** The messages of an alert, or of a channel, the newest first. */
export async function listAlertMessages(
  ctx: Context,
  {
    of,
    id,
    ...input
  }: { readonly of: 'alert' | 'channel'; readonly id: string } & z.output<typeof listMessagesInput>,
): Promise<Page<SentMessage> | Refusal> {
  const cursor = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const nothing = of === 'alert' ? noAlert(id) : noChannel(id);
  if (!isId(id) || (of === 'alert' && (await findAlert(ctx, id)) === null)) {
    return nothing;
  }
  const { reads: sql } = ctx.db;
  const rows = await sql<MessageRow[]>`
    ${selectMessages(ctx, sql)}
      ${of === 'alert' ? sql`and m.alerts @> array[${id}::uuid]` : sql`and m.channel_id = ${id}`}
      ${cursor === null ? sql`` : sql`and m.id < ${cursor[0]}`}
    order by m.id desc
    limit ${input.limit + 1}
  `;
  return toPage(rows, input.limit, (row) => writeCursor([row.id]), messageOf);
}

function selectMessages(ctx: Context, sql: Queryable) {
  return sql`
    select
      m.id, m.channel_id as "channelId", c.name as channel, m.content, m.status, m.attempts,
      m.due_at as "dueAt", m.request, m.answer, m.result, m.created_at as "createdAt",
      m.sent_at as "sentAt"
    from alert_message m
    join alert_channel c on c.project_id = m.project_id and c.id = m.channel_id
    where m.project_id = ${ctx.projectId}
  `;
}

function messageOf({ content, ...row }: MessageRow): SentMessage {
  return {
    ...row,
    type: content.type,
    title: content.title,
    dueAt: row.dueAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    sentAt: toInstant(row.sentAt),
  };
}

/** One message; null: it is gone. */
export async function findMessage(ctx: Context, id: string): Promise<SentMessage | null> {
  const [row] = await ctx.db.sql<MessageRow[]>`
    ${selectMessages(ctx, ctx.db.sql)} and m.id = ${id}
  `;
  return row === undefined ? null : messageOf(row);
}
