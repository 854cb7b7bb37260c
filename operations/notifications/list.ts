import * as z from 'zod';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { NOTIFICATION_STATUSES, selectNotifications, type Notification } from './notification.ts';

export const listNotificationsInput = z.strictObject({
  instance: z.uuid().optional(),
  endpoint: z.uuid().optional(),
  status: z.enum(NOTIFICATION_STATUSES).optional(),
  ...pageInput,
});

const cursorParts = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** Notifications, the newest first. */
export async function listNotifications(
  ctx: Context,
  { limit, cursor, ...filter }: z.output<typeof listNotificationsInput>,
): Promise<Page<Notification> | Refusal> {
  const refusal = lacks(ctx, 'read') ?? readCursor(cursor, cursorParts);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const rows = await selectNotifications(ctx, ctx.db.reads, {
    ...filter,
    before: refusal?.[0] ?? null,
    limit: limit + 1,
  });

  return toPage(
    rows,
    limit,
    ({ id }) => writeCursor([id]),
    (row) => row,
  );
}
