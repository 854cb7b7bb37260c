import { wake, type WakeUp } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import { isFinalInstance } from '#engine/states.ts';
import { recordEnds, type Ended } from '../../alerts/events.ts';
import type { Context } from '../../context.ts';
import { endOf } from '../../notifications/happenings.ts';
import { raiseInstanceEvents } from '../../notifications/raise.ts';
import { announce } from '../announce.ts';
import type { Prepared } from './rows.ts';

/** Tells those whom new instances concern, by wake-up or by row. `lost`: those that were not made, since there was one with their dedupe key. */
export async function tell(
  ctx: Context,
  tx: Transaction,
  created: readonly Prepared[],
  lost: readonly Prepared[],
): Promise<void> {
  if (created.length === 0) {
    return;
  }
  const { projectId } = ctx;
  const ready = created
    .flatMap(({ opened }) => opened.tasks)
    .filter(({ status, held }) => status === 'ready' && !held);

  const happenings = created.flatMap((one) =>
    endOf({ projectId, instanceId: one.id, notifies: one.notifies }, one.status),
  );
  const [senders] = await Promise.all([
    raiseInstanceEvents(tx, happenings, ctx.clock()),
    recordEnds(ctx, tx, endedOf(projectId, created)),
  ]);

  await Promise.all([
    wake(tx, [...wakeUpsOf(projectId, created, lost), ...senders], ready),
    announce(tx, {
      changed: created.map(({ id, workflow }) => ({
        projectId,
        instanceId: id,
        workflowId: workflow.id,
      })),
      ready,
    }),
  ]);
}

/** Those whose first turn was their last: an expression failed, or no worker was needed. */
function endedOf(projectId: number, created: readonly Prepared[]): Ended[] {
  return created.flatMap(({ id, workflow, status }) =>
    status === 'succeeded' || status === 'failed'
      ? { projectId, instanceId: id, workflowId: workflow.id, status }
      : [],
  );
}

/**
 * Admission for those in line; the freeing of their object for those that replace, or that stand behind one that was not made; the
 * parent of one that ended at once.
 */
function wakeUpsOf(
  projectId: number,
  created: readonly Prepared[],
  lost: readonly Prepared[],
): WakeUp[] {
  return created.flatMap(({ workflow, status, blocked, objectId, parentId }): WakeUp[] => {
    const workflowId = workflow.id;

    if (blocked) {
      return workflow.onObjectBusy === 'replace' || lost.length > 0
        ? [{ name: 'free', payload: { projectId, workflowId, objectId } }]
        : [];
    }
    if (isFinalInstance(status) && parentId !== null) {
      return [{ name: 'children', payload: { projectId, instanceId: parentId } }];
    }
    return status === 'queued' && workflow.enabled
      ? [{ name: 'admit', payload: { projectId, workflowId } }]
      : [];
  });
}
