import { wake, type WakeUp } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../../context.ts';
import { endOf } from '../../notifications/happenings.ts';
import { raiseInstanceEvents } from '../../notifications/raise.ts';
import { announce } from '../announce.ts';
import type { Prepared } from './rows.ts';

/** Wakes whom new instances concern. `lost`: those that were not made, since there was one with their dedupe key. */
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
  const senders = await raiseInstanceEvents(tx, happenings, ctx.clock());

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
