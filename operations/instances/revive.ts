/** How an instance that has ended goes on: at once, or by way of its workflow's queue where something holds it back by now. */
import { plain } from '#db/columns.ts';
import type { LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { whoLetsBegin } from './line.ts';
import { rank } from './rank.ts';
import { takeTurns } from './turn.ts';
import type { Turn } from './turn/decide.ts';

/** What an instance waits for before it starts over. */
export type Queue = { readonly limited: boolean; readonly exclusive: boolean };

/** What an instance has to wait for before it starts over; undefined: nothing. What it was when it began does not matter. */
export async function findQueues(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(instance: LockedInstance) => Queue | undefined> {
  const rows = await tx<(Queue & { id: number; enabled: boolean })[]>`
    select id, enabled, max_running > 0 as limited, on_object_busy <> 'allow' as exclusive
    from workflow
    where project_id = ${ctx.projectId}
      and id = any(${instances.map(({ workflowId }) => workflowId)}::int[])
    order by id
    -- Nor are its rules to change meanwhile: whoever changes them looks for the instances that are there.
    for key share
  `;
  const queues = new Map(
    rows.flatMap(({ id, enabled, ...queue }) =>
      queue.limited || queue.exclusive || !enabled ? [[id, queue] as const] : [],
    ),
  );

  return ({ workflowId }) => queues.get(workflowId);
}

/**
 * Gives queued instances the place in line that their workflow has for them now, behind their object if they share it with nobody, and
 * wakes whoever lets them begin.
 */
export async function joinLine(
  tx: Transaction,
  instances: readonly (LockedInstance & Queue)[],
): Promise<void> {
  if (instances.length === 0) {
    return;
  }
  await tx`
    update instance i
    set
      limited = i.limited or r.limited,
      exclusive = i.exclusive or r.exclusive,
      blocked = r.exclusive,
      rank = ${rank(tx)}
    from (
      select r.*, w.ageing_seconds
      from unnest(
        ${plain(instances.map(({ projectId }) => projectId))}::text::int[],
        ${plain(instances.map(({ instanceId }) => instanceId))}::text::uuid[],
        ${plain(instances.map(({ workflowId }) => workflowId))}::text::int[],
        ${plain(instances.map(({ limited }) => limited))}::text::bool[],
        ${plain(instances.map(({ exclusive }) => exclusive))}::text::bool[]
      ) as r(instance_project_id, instance_id, workflow_id, limited, exclusive)
      join workflow w on w.project_id = r.instance_project_id and w.id = r.workflow_id
    ) as r
    where i.project_id = r.instance_project_id
      and i.id = r.instance_id
      -- One that had nothing left to do has ended again instead.
      and i.status = 'queued'
  `;
  await wake(
    tx,
    instances.map((instance) => whoLetsBegin({ ...instance, blocked: instance.exclusive })),
  );
}

/**
 * Makes a person's move that starts nodes of instances over. One that has ended goes on; one that has to queue for it is changed as the
 * move says, but nothing of it begins before it is admitted.
 */
export async function reviveInstances(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
  turnOf: (instance: LockedInstance) => Pick<Turn, 'events'> & Partial<Turn>,
): Promise<void> {
  const queueOf = await findQueues(
    ctx,
    tx,
    instances.filter(({ status }) => isFinalInstance(status)),
  );
  const waiting = instances.flatMap((instance) => {
    const queue = isFinalInstance(instance.status) ? queueOf(instance) : undefined;
    return queue === undefined ? [] : [{ ...instance, ...queue }];
  });
  const held = new Set(waiting.map(({ instanceId }) => instanceId));

  await takeTurns(
    ctx,
    tx,
    instances.map((instance): Turn => {
      const ended = isFinalInstance(instance.status);
      const waits = held.has(instance.instanceId);
      const status = waits ? 'queued' : ended ? 'running' : instance.status;
      const turn = turnOf(instance);

      return {
        ...turn,
        events: waits ? [...turn.events, { type: 'hold' }] : turn.events,
        instance: { ...instance, status, retried: true },
        status,
        revives: ended && !waits,
      };
    }),
  );
  await joinLine(tx, waiting);
}
