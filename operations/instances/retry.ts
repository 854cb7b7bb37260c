import { findUnfinishedSegments } from '#db/hot/attempts.ts';
import { updateInstances, type LockedInstance } from '#db/hot/instances.ts';
import { plain } from '#db/columns.ts';
import type { Transaction } from '#db/database.ts';
import { listSegments, type NodeKey, type WaitingSegment } from '#db/hot/segments.ts';
import { wake } from '#db/jobs.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { announce } from './announce.ts';
import { moveInstances, type Moved, type MoveInput } from './move.ts';
import type { Unfinished } from './open.ts';
import { rank } from './rank.ts';
import { takeTurns, type Turn } from './turn.ts';

/**
 * Starts failed or cancelled instances over from what failed: succeeded tasks, and succeeded segments of a fan-out, keep their results.
 * Instances of a workflow that has a limit by now, or is switched off, join its queue first; those of one that lets one instance per
 * object run wait for their object, whatever else it does with a busy one.
 */
export async function retryInstances(
  ctx: Context,
  input: MoveInput,
): Promise<{ results: Moved[] } | Refusal> {
  return moveInstances(ctx, input, {
    event: 'retried',
    from: ['failed', 'cancelled'],
    refusal: 'only a failed or cancelled one can be retried.',
    apply: async (applied, tx, instances) => {
      const queueOf = await findQueues(applied, tx, instances);
      const waiting = instances.flatMap((instance) => {
        const queue = queueOf(instance);
        return queue === undefined ? [] : [{ ...instance, ...queue }];
      });
      await queueAgain(applied, tx, waiting);
      await takeTurns(
        applied,
        tx,
        await retryTurns(
          tx,
          instances.filter((instance) => queueOf(instance) === undefined),
        ),
      );
    },
  });
}

type Queue = { readonly limited: boolean; readonly exclusive: boolean };

/** What an instance has to wait for before it starts over; undefined: nothing. What it was when it began does not matter. */
async function findQueues(
  ctx: Context,
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(instance: LockedInstance) => Queue | undefined> {
  const rows = await tx<(Queue & { id: number })[]>`
    select id, max_running > 0 as limited, on_object_busy <> 'allow' as exclusive
    from workflow
    where project_id = ${ctx.projectId}
      and id = any(${instances.map(({ workflowId }) => workflowId)}::int[])
      and (max_running > 0 or not enabled or on_object_busy <> 'allow')
    order by id
    for key share
  `;
  const queues = new Map(rows.map(({ id, ...queue }) => [id, queue]));

  return ({ workflowId }) => queues.get(workflowId);
}

/** Puts instances back in line as they are; admission finds from their state that they are to be retried. */
async function queueAgain(
  ctx: Context,
  tx: Transaction,
  instances: readonly (LockedInstance & Queue)[],
): Promise<void> {
  if (instances.length === 0) {
    return;
  }
  await updateInstances(
    tx,
    instances.map(({ projectId, instanceId, state }) => ({
      projectId,
      instanceId,
      state,
      status: 'queued' as const,
      context: null,
      error: null,
      clearError: true,
      output: null,
      retried: true,
      expiresAt: null,
    })),
    ctx.clock(),
  );
  await joinLine(tx, instances);
  await wake(
    tx,
    instances.map(({ projectId, workflowId, objectId, exclusive }) =>
      exclusive
        ? { name: 'free' as const, payload: { projectId, workflowId, objectId } }
        : { name: 'admit' as const, payload: { projectId, workflowId } },
    ),
  );
  await announce(tx, { changed: instances, ready: [] });
}

/** Gives queued instances the place in line that their workflow has for them now, behind their object if they share it with nobody. */
function joinLine(tx: Transaction, instances: readonly (LockedInstance & Queue)[]) {
  return tx`
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
    where i.project_id = r.instance_project_id and i.id = r.instance_id
  `;
}

/** The turns that retry locked instances, with the segments that their fan-outs are to repeat. */
export async function retryTurns(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<Turn[]> {
  const unfinishedOf = await findUnfinished(tx, instances);

  return instances.map((instance) => {
    const unfinished = unfinishedOf(instance.instanceId);

    return {
      instance: { ...instance, status: 'running', retried: true },
      events: [{ type: 'retry', failedSegments: countsOf(unfinished) }],
      patches: [],
      outputs: new Map(),
      renewed: [],
      unfinished,
      revives: true,
    };
  });
}

function countsOf(unfinished: Unfinished): ReadonlyMap<number, number> {
  return new Map([...unfinished].map(([node, segments]) => [node, segments.length]));
}

/** All segments of fan-outs that did not succeed: those whose attempts say so, and those whose turn never came. */
async function findUnfinished(
  tx: Transaction,
  instances: readonly LockedInstance[],
): Promise<(instanceId: string) => Unfinished> {
  const fanouts = instances.flatMap(({ projectId, instanceId, state }) =>
    [...decodeState(state).fanouts].map(([node, { total, made }]) => ({
      projectId,
      instanceId,
      node,
      segments: total,
      made,
    })),
  );
  const inLine = fanouts.filter(({ segments, made }) => made < segments);
  const [ended, waiting] = await Promise.all([
    fanouts.length === 0 ? [] : findUnfinishedSegments(tx, fanouts),
    inLine.length === 0 ? [] : listSegments(tx, inLine),
  ]);
  const found = new Map<string, Map<number, WaitingSegment[]>>();

  // One that failed and was let go again waits in line with that attempt's number: it is found twice, and counts once.
  const lined = new Set(waiting.map(keyOf));
  for (const one of [...ended.filter((segment) => !lined.has(keyOf(segment))), ...waiting]) {
    const nodes = found.get(one.instanceId) ?? new Map<number, WaitingSegment[]>();
    found.set(one.instanceId, nodes);
    const list = nodes.get(one.node) ?? [];
    nodes.set(one.node, list);
    list.push(one);
  }
  for (const list of [...found.values()].flatMap((nodes) => [...nodes.values()])) {
    list.sort((one, other) => one.segment - other.segment);
  }

  return (instanceId) => found.get(instanceId) ?? new Map();
}

function keyOf({ instanceId, node, segment }: NodeKey & WaitingSegment): string {
  return `${instanceId}_${node}_${segment}`;
}
