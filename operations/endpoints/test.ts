import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { unlessId } from '../id.ts';
import { selectNotifications, type Notification } from '../notifications/notification.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { noEndpoint } from './endpoint.ts';

/**
 * Sends a `ping` to an endpoint, also to one that is switched off; the log shows what came of it. It stands in a queue of its own: who
 * tries an endpoint that fails does not want to wait behind what failed before.
 */
export async function testEndpoint(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Notification | Refusal> {
  const refusal = lacks(ctx, 'workflows:write') ?? unlessId(id, noEndpoint);
  if (isRefusal(refusal)) {
    return refusal;
  }
  const { projectId } = ctx;
  const now = ctx.clock();

  return ctx.db.transaction(async (tx) => {
    const [made] = await tx<{ id: string }[]>`
      insert into notification (project_id, type, target, endpoint_id, data, at, due_at)
      select e.project_id, 'ping', 'ping:' || e.id, e.id,
        jsonb_build_object('endpointId', e.id, 'name', e.name), ${now}, ${now}
      from endpoint e
      where e.project_id = ${projectId} and e.id = ${id}
      returning id::text
    `;
    if (made === undefined) {
      return noEndpoint(id);
    }
    await wake(tx, [{ name: 'notify', payload: { projectId, target: `ping:${id}` } }]);
    const [found] = await selectNotifications(ctx, tx, { id: made.id });
    return found ?? noEndpoint(id);
  });
}
