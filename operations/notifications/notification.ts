import * as z from 'zod';
import { jsonObject, type JsonObject } from '#engine/json.ts';
import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import { instant, toInstant } from '../page.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { EVENTS, type NotificationType } from './events.ts';

export const NOTIFICATION_STATUSES = ['pending', 'delivered', 'dead'] as const;

type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

export const notification = z
  .object({
    id: z.string(),
    webhookId: z.string().meta({ description: '`webhook-id`: the same for every try' }),
    type: z.enum([...EVENTS, 'ping']),
    status: z
      .enum(NOTIFICATION_STATUSES)
      .meta({ description: '`dead`: given up; it can be resent' }),
    endpoint: z
      .object({ id: z.uuid(), name: z.string().nullable() })
      .nullable()
      .meta({ description: 'null: its URL came with the instance; no name: it was deleted' }),
    url: z.string().nullable(),
    instanceId: z.uuid().nullable(),
    workflow: z.string().nullable(),
    attempts: z.int().meta({ description: 'how often it was sent' }),
    error: z.string().nullable().meta({ description: 'why the latest try failed' }),
    at: instant.meta({ description: 'when it happened' }),
    dueAt: instant.nullable().meta({ description: 'the next try' }),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Notification', description: 'An event for one receiver.' });

export type Notification = z.infer<typeof notification>;

export const delivery = z
  .object({
    number: z.int(),
    at: instant,
    durationMs: z.int(),
    status: z.int().nullable().meta({ description: 'of the HTTP answer; null: there was none' }),
    error: z.string().nullable().meta({ description: 'null: it got through' }),
    request: jsonObject.meta({ description: 'method, URL, headers and body, without secrets' }),
    response: jsonObject.nullable().meta({ description: 'status, headers and how the body began' }),
  })
  .meta({ id: 'Delivery', description: 'A try to send a notification.' });

export type Delivery = z.infer<typeof delivery>;

type Row = {
  readonly id: string;
  readonly webhookId: string;
  readonly type: NotificationType;
  readonly status: NotificationStatus;
  readonly endpointId: string | null;
  readonly endpointName: string | null;
  readonly url: string | null;
  readonly instanceId: string | null;
  readonly workflow: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly at: Date;
  readonly dueAt: Date | null;
  readonly finishedAt: Date | null;
};

export type NotificationFilter = {
  readonly instance?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly status?: NotificationStatus | undefined;
};

/** Notifications, the newest first: one, or those of a filter before a cursor. */
export async function selectNotifications(
  ctx: Context,
  sql: Queryable,
  wanted:
    | { readonly id: string }
    | (NotificationFilter & { readonly before: string | null; readonly limit: number }),
): Promise<Notification[]> {
  const which =
    'id' in wanted
      ? sql`n.id = ${wanted.id}::bigint`
      : sql`
          (${wanted.before}::bigint is null or n.id < ${wanted.before}::bigint)
          ${wanted.instance === undefined ? sql`` : sql`and n.instance_id = ${wanted.instance}`}
          ${wanted.endpoint === undefined ? sql`` : sql`and n.endpoint_id = ${wanted.endpoint}`}
          ${wanted.status === undefined ? sql`` : sql`and n.status = ${wanted.status}`}
          ${wanted.status === undefined || wanted.status === 'delivered' ? sql`` : sql`and n.status <> 'delivered'`}
        `;
  const rows = await sql<Row[]>`
    select
      n.id::text, n.webhook_id as "webhookId", n.type, n.status, n.endpoint_id as "endpointId",
      e.name as "endpointName", coalesce(n.url, e.url) as url, n.instance_id as "instanceId",
      w.key as workflow, n.attempts, n.error, n.at, n.due_at as "dueAt",
      n.finished_at as "finishedAt"
    from notification n
    left join endpoint e on e.project_id = n.project_id and e.id = n.endpoint_id
    left join workflow w on w.project_id = n.project_id and w.id = n.workflow_id
    where n.project_id = ${ctx.projectId} and ${which}
    order by n.id desc
    limit ${'id' in wanted ? 1 : wanted.limit}
  `;

  return rows.map(({ endpointId, endpointName, webhookId, ...row }) => ({
    ...row,
    webhookId: `msg_${webhookId.replaceAll('-', '')}`,
    endpoint: endpointId === null ? null : { id: endpointId, name: endpointName },
    at: row.at.toISOString(),
    dueAt: toInstant(row.dueAt),
    finishedAt: toInstant(row.finishedAt),
  }));
}

/** What a log entry is made of: the body is kept once, with the notification. */
export type DeliveryRow = {
  readonly number: number;
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly request: JsonObject;
  readonly response: JsonObject | null;
};

export function noNotification(id: string): Refusal {
  return refuse('not_found', `There is no notification "${id}".`, { facts: { id } });
}

/** Whether a text may be the id of a notification: a bigint. */
export function isNotificationId(text: string): boolean {
  return /^\d{1,18}$/.test(text);
}
