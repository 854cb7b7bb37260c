import { and, asc, eq, gt } from 'drizzle-orm';
import * as z from 'zod';
import { instanceEvents } from '#db/schema.ts';
import type { Context } from '../context.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { findInstance } from './get.ts';
import { noInstance, type InstanceEvent } from './instance.ts';

export const listInstanceEventsInput = z.strictObject(pageInput);

const cursorParts = z.tuple([z.int()]);

/** What happened to an instance by people's and Latchwork's own doing, in order. Tasks tell their story in the attempts. */
export async function listInstanceEvents(
  ctx: Context,
  input: z.output<typeof listInstanceEventsInput> & { readonly id: string },
): Promise<Page<InstanceEvent> | Refusal> {
  const cursor = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  if ((await findInstance(ctx, input.id)) === undefined) {
    return noInstance(input.id);
  }

  const rows = await ctx.db.drizzle
    .select()
    .from(instanceEvents)
    .where(
      and(
        eq(instanceEvents.projectId, ctx.projectId),
        eq(instanceEvents.instanceId, input.id),
        gt(instanceEvents.id, cursor?.[0] ?? 0),
      ),
    )
    .orderBy(asc(instanceEvents.id))
    .limit(input.limit + 1);

  return toPage(
    rows,
    input.limit,
    ({ id }) => writeCursor([id]),
    ({ id, at, type, actor, message, data }) => ({
      id: String(id),
      at: at.toISOString(),
      type,
      actor,
      message,
      data,
    }),
  );
}
