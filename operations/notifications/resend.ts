import * as z from 'zod';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { instantInput } from '../page.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import {
  isNotificationId,
  noNotification,
  selectNotifications,
  type Notification,
} from './notification.ts';

/** Sends one once more, whatever became of it, with the same `webhook-id`. Its tries begin anew. */
export async function resendNotification(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Notification | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  if (!isNotificationId(id)) {
    return noNotification(id);
  }

  return ctx.db.transaction(async (tx) => {
    const [found] = await selectNotifications(ctx, tx, { id });
    if (found === undefined) {
      return noNotification(id);
    }
    if (found.endpoint?.name === null) {
      return refuse('conflict', `The endpoint of notification ${id} was deleted.`, {
        facts: { id },
      });
    }
    const targets = await makePending(ctx, tx, tx`id = ${id}`);
    await wakeSenders(ctx, tx, targets);
    const [again] = await selectNotifications(ctx, tx, { id });
    return again ?? noNotification(id);
  });
}

export const resendInput = z.strictObject({
  since: instantInput.meta({ description: 'what happened since then' }),
  status: z.enum(['dead', 'all']).default('dead').meta({
    description:
      '`dead`: what was given up, and what failed and waits for its next try; `all`: also what got through',
  }),
});

export const resent = z
  .object({ resent: z.int().meta({ description: 'notifications' }) })
  .meta({ id: 'Resent' });

/** Sends an endpoint once more what it missed since some moment. */
export async function resendToEndpoint(
  ctx: Context,
  { id, since, status }: { readonly id: string } & z.output<typeof resendInput>,
): Promise<z.infer<typeof resent> | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }

  return ctx.db.transaction(async (tx) => {
    const [endpoint] = isId(id)
      ? await tx`select id from endpoint where project_id = ${ctx.projectId} and id = ${id}`
      : [];
    if (endpoint === undefined) {
      return refuse('not_found', `There is no endpoint "${id}".`, { facts: { id } });
    }
    const targets = await makePending(
      ctx,
      tx,
      tx`endpoint_id = ${id} and at >= ${since}
        and (status = 'dead'
          -- Whoever has mended a receiver does not wait for hours; what was never tried is on its way.
          or status = 'pending' and error is not null
          or status = 'delivered' and ${status === 'all'})`,
    );
    await wakeSenders(ctx, tx, targets);
    return { resent: targets.length };
  });
}

async function makePending(
  ctx: Context,
  tx: Transaction,
  which: ReturnType<Transaction>,
): Promise<string[]> {
  const now = ctx.clock();
  const rows = await tx<{ target: string }[]>`
    update notification
    set status = 'pending', tries = 0, due_at = ${now}, finished_at = null, error = null
    where project_id = ${ctx.projectId} and ${which}
    returning target
  `;
  return rows.map(({ target }) => target);
}

async function wakeSenders(
  ctx: Context,
  tx: Transaction,
  targets: readonly string[],
): Promise<void> {
  const { projectId } = ctx;
  await wake(
    tx,
    targets.map((target) => ({ name: 'notify' as const, payload: { projectId, target } })),
  );
}
