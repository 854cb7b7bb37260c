import type { JsonObject } from '#engine/json.ts';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  isNotificationId,
  noNotification,
  type Delivery,
  type DeliveryRow,
} from './notification.ts';

/** Tries shown: a notification has ten each time it is asked for. */
const MOST = 200;

/** The tries of one notification, the latest first. */
export async function listDeliveries(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Page<Delivery> | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { reads: sql } = ctx.db;
  const [sent] = isNotificationId(id)
    ? await sql<{ type: string; at: Date; data: JsonObject }[]>`
        select type, at, data from notification where project_id = ${ctx.projectId} and id = ${id}
      `
    : [];
  if (sent === undefined) {
    return noNotification(id);
  }
  const rows = await sql<DeliveryRow[]>`
    select number, at, duration_ms as "durationMs", status, error, request, response
    from delivery
    where project_id = ${ctx.projectId} and notification_id = ${id}
    order by number desc
    limit ${MOST}
  `;
  const body = { type: sent.type, timestamp: sent.at.toISOString(), data: sent.data };

  return {
    data: rows.map((row) => ({
      ...row,
      at: row.at.toISOString(),
      request: { ...row.request, body },
    })),
    nextCursor: null,
  };
}
