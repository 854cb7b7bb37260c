/**
 * Freeing an object: who of those that wait for it is next, where a workflow lets one instance per object id run. It runs at the end of
 * each such instance, and whenever one joined that may have nobody to wait for. What it does follows from the rows alone, under the lock
 * of the object: so it may run twice, late, or on two machines at once.
 *
 *     queue, reject   nobody has the object?  ──> the oldest that waits joins the line of its workflow
 *     replace         the newest joins it; all others are cancelled first, whether they wait or run
 *     allow           all that still wait join it
 */
import { lockInstances } from '#db/hot/instances.ts';
import { wake } from '#db/jobs.ts';
import type { Transaction } from '#db/database.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { announce } from './announce.ts';
import { cancelLocked } from './cancel.ts';
import type { WorkflowRow } from './create/rows.ts';
import { lockObjects, type WorkflowObject } from './objects.ts';
import { recordEvents } from './record_events.ts';
import { slicesOf } from './slices.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 500;

type Policy = WorkflowRow['onObjectBusy'];

type Contender = { readonly id: string; readonly blocked: boolean };

type Verdict = {
  /** May join the line. */
  readonly unblock: readonly string[];
  /** Give way to `replacedBy`; null if nobody does. */
  readonly cancel: readonly string[];
  readonly replacedBy: string | null;
};

/** Answers how many instances joined the line. */
export async function freeObject(ctx: Context, object: WorkflowObject): Promise<number> {
  let joined = 0;
  let settled = false;

  while (!settled) {
    const batch = await ctx.db.transaction((tx) => freeBatch(ctx, tx, object));
    joined += batch.joined;
    settled = batch.settled;
  }
  return joined;
}

async function freeBatch(
  ctx: Context,
  tx: Transaction,
  object: WorkflowObject,
): Promise<{ readonly joined: number; readonly settled: boolean }> {
  const policy = await findPolicy(ctx, tx, object.workflowId);
  await lockObjects(tx, [object]);
  // A statement of its own: what the lock's last holder committed is seen only by a snapshot taken after the lock was had.
  const contenders = await findContenders(tx, object, policy);
  const more = contenders.length === MOST_PER_BATCH;
  const { unblock, cancel, replacedBy } = decide(policy, contenders, more);
  const locked = await lockInstances(
    tx,
    [...new Set([...cancel, ...unblock, ...(replacedBy === null ? [] : [replacedBy])])].map(
      (instanceId) => ({ projectId: ctx.projectId, instanceId, withContext: false }),
    ),
  );
  // One that ended between the look and the lock gives way to nobody, and needs nothing; and nobody gives way to it.
  const left = locked.filter(({ status }) => !isFinalInstance(status));
  if (replacedBy !== null && left.every(({ instanceId }) => instanceId !== replacedBy)) {
    return { joined: 0, settled: false };
  }
  const replaced = left.filter(({ instanceId }) => cancel.includes(instanceId));
  const joining = left.filter(({ instanceId }) => unblock.includes(instanceId));

  if (joining.length > 0) {
    await tx`
      update instance
      set blocked = false
      where project_id = ${ctx.projectId}
        and id = any(${joining.map(({ instanceId }) => instanceId)}::uuid[])
    `;
  }
  if (replaced.length > 0) {
    for (const slice of slicesOf(replaced)) {
      await cancelLocked(ctx, tx, slice);
    }
    await recordEvents(
      ctx,
      tx,
      replaced.map(({ instanceId }) => ({
        instanceId,
        type: 'cancelled',
        message: `replaced by ${replacedBy}`,
        data: { replacedBy },
      })),
    );
  }
  if (joining.length > 0) {
    const { projectId } = ctx;
    await wake(tx, [{ name: 'admit', payload: { projectId, workflowId: object.workflowId } }]);
    await announce(tx, { changed: joining, ready: [] });
  }

  return { joined: joining.length, settled: !more && joining.length === unblock.length };
}

async function findPolicy(ctx: Context, tx: Transaction, workflowId: number): Promise<Policy> {
  const [workflow] = await tx<{ policy: Policy }[]>`
    select on_object_busy as policy
    from workflow
    where project_id = ${ctx.projectId} and id = ${workflowId}
    for key share
  `;
  return workflow?.policy ?? 'allow';
}

/** As many of those that have the object or wait for it as the policy has to see, in its order. */
function findContenders(tx: Transaction, { workflowId, objectId }: WorkflowObject, policy: Policy) {
  const contenders = tx`
    select id, blocked
    from instance
    where workflow_id = ${workflowId}
      and object_id = ${objectId}
      and exclusive
      and status in ('queued', 'running', 'paused')
  `;

  switch (policy) {
    case 'queue':
    case 'reject':
      return tx<Contender[]>`${contenders} order by blocked, id limit 1`;
    case 'replace':
      return tx<Contender[]>`${contenders} order by id desc limit ${MOST_PER_BATCH}`;
    case 'allow':
      return tx<Contender[]>`${contenders} and blocked order by id limit ${MOST_PER_BATCH}`;
  }
}

/** `more`: there are others beyond the contenders, which a later look will see. */
function decide(policy: Policy, contenders: readonly Contender[], more: boolean): Verdict {
  const [first, ...others] = contenders;
  const ids = (list: readonly Contender[]) => list.map(({ id }) => id);

  switch (policy) {
    case 'queue':
    case 'reject':
      // Those that have the object come before those that wait.
      return { unblock: first?.blocked ? [first.id] : [], cancel: [], replacedBy: null };
    case 'replace':
      return {
        unblock: first?.blocked && !more ? [first.id] : [],
        cancel: ids(others),
        replacedBy: others.length === 0 ? null : (first?.id ?? null),
      };
    case 'allow':
      return { unblock: ids(contenders), cancel: [], replacedBy: null };
  }
}
