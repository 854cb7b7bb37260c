/**
 * Admission: starts the queued instances of one workflow, as many as its limit leaves room for, in the order of rank, then FIFO or
 * LIFO. The workflow's row is locked meanwhile, so two admissions of one workflow never both see the same free slot.
 */
import { lockInstances, type LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { retryTurns } from './retry.ts';
import { takeTurns } from './turn.ts';
import type { Turn } from './turn/decide.ts';

/** Instances of one transaction. */
const MOST_PER_BATCH = 500;

type Room = {
  readonly enabled: boolean;
  readonly maxRunning: number;
  readonly admission: 'fifo' | 'lifo';
  readonly running: number;
};

/** Admits what there is room for; answers how many that were. Safe to run twice, late, or on two machines at once. */
export async function admitInstances(ctx: Context, workflowId: number): Promise<number> {
  let admitted = 0;
  let count: number;

  do {
    count = await ctx.db.transaction((tx) => admitBatch(ctx, tx, workflowId));
    admitted += count;
  } while (count > 0);

  return admitted;
}

async function admitBatch(ctx: Context, tx: Transaction, workflowId: number): Promise<number> {
  const room = await lockRoom(ctx, tx, workflowId);
  if (room === undefined || !room.enabled) {
    return 0;
  }
  const free = room.maxRunning === 0 ? MOST_PER_BATCH : room.maxRunning - room.running;
  if (free <= 0) {
    return 0;
  }
  const next = await findNext(tx, {
    projectId: ctx.projectId,
    workflowId,
    admission: room.admission,
    limit: Math.min(free, MOST_PER_BATCH),
  });
  const locked = await lockInstances(
    tx,
    next.map(({ id }) => ({ projectId: ctx.projectId, instanceId: id, withContext: false })),
  );
  // One that was cancelled between the look and the lock has left the queue.
  const queued = locked.filter(({ status }) => status === 'queued');
  const { fresh = [], held = [], ended = [] } = Object.groupBy(queued, whereItStands);

  await takeTurns(ctx, tx, [
    ...fresh.map((instance) => begins(instance, 'start')),
    ...held.map((instance) => begins(instance, 'continue')),
    ...(await retryTurns(tx, ended)),
  ]);

  return next.length;
}

/** `held`: a person's move brought it back, and says already what of it runs again; `ended`: what failed in it is to be retried. */
function whereItStands({ state }: LockedInstance): 'fresh' | 'held' | 'ended' {
  const { nodes } = decodeState(state);

  if (!nodes.includes('pending')) {
    return 'ended';
  }
  return nodes.every((status) => status === 'pending' || status === 'passed') ? 'fresh' : 'held';
}

function begins(instance: LockedInstance, type: 'start' | 'continue'): Turn {
  return {
    instance: { ...instance, status: 'running' },
    events: [{ type }],
    revives: type === 'continue',
  };
}

/** Locks the workflow for admission. Counting stops nobody else: only admission takes this lock. */
async function lockRoom(
  ctx: Context,
  tx: Transaction,
  workflowId: number,
): Promise<Room | undefined> {
  const [room] = await tx<Room[]>`
    select
      w.enabled,
      w.max_running as "maxRunning",
      w.admission,
      0 as running
    from workflow w
    where w.project_id = ${ctx.projectId} and w.id = ${workflowId}
    for no key update
  `;
  if (room === undefined || room.maxRunning === 0) {
    return room;
  }

  // A statement of its own: what the row's last holder committed is seen only by a snapshot taken after its lock was had.
  const [count] = await tx<{ running: number }[]>`
    select count(*)::int as running
    from (
      select
      from instance
      where project_id = ${ctx.projectId}
        and workflow_id = ${workflowId}
        and status in ('running', 'paused')
      limit ${room.maxRunning}
    ) as live
  `;
  return { ...room, running: count?.running ?? 0 };
}

/**
 * The next in line: a plain run through `instance_queue`, so that it costs the same with ten in the queue and with a million. FIFO reads
 * it as it is; LIFO reads the run of the highest rank backwards.
 */
export function findNext(
  tx: Transaction,
  line: {
    readonly projectId: number;
    readonly workflowId: number;
    readonly admission: Room['admission'];
    readonly limit: number;
  },
) {
  const inLine = tx`
    project_id = ${line.projectId}
      and workflow_id = ${line.workflowId}
      and status = 'queued'
      and not blocked
  `;

  return line.admission === 'fifo'
    ? tx<{ id: string }[]>`
        select id from instance where ${inLine} order by rank desc, id limit ${line.limit}
      `
    : tx<{ id: string }[]>`
        with head as (
          select rank from instance where ${inLine} order by rank desc limit 1
        )
        select i.id
        from head
        cross join lateral (
          select id
          from instance
          where ${inLine} and rank = head.rank
          order by id desc
          limit ${line.limit}
        ) as i
      `;
}
