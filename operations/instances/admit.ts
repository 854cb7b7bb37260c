/**
 * Admission: starts the queued instances of one workflow, as many as its limit leaves room for, in the order of rank, then FIFO or
 * LIFO. The workflow's row is locked meanwhile, so two admissions of one workflow never both see the same free slot.
 */
import { lockInstances, type LockedInstance } from '#db/hot/instances.ts';
import { mayPass, type Transaction } from '#db/database.ts';
import { decodeState } from '#engine/state.ts';
import type { Context } from '../context.ts';
import { PUT_OFF_MS } from '../together.ts';
import { retryTurns } from './retry.ts';
import { slicesOf } from './slices.ts';
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
  let look: Look;

  do {
    look = await admitNext(ctx, workflowId, MOST_PER_BATCH);
    admitted += look.admitted;
  } while (look.found > 0);

  return admitted;
}

type Look = { readonly found: number; readonly admitted: number };

/**
 * Admits the next in line, `most` at most. When a batch fails they begin one by one, so that one that cannot be borne (its state cannot be
 * read) keeps no other waiting: it is logged, and passed over for a minute.
 */
async function admitNext(ctx: Context, workflowId: number, most: number): Promise<Look> {
  let next: readonly string[] = [];

  try {
    await ctx.db.transaction(async (tx) => {
      next = await findAdmissible(ctx, tx, workflowId, most);
      await begin(ctx, tx, next);
    });
    return { found: next.length, admitted: next.length };
  } catch (err) {
    const [first] = next;
    if (first === undefined || mayPass(err)) {
      throw err;
    }
    if (next.length === 1) {
      await passOver(ctx, first, err);
      return { found: 1, admitted: 0 };
    }
  }

  let admitted = 0;
  for (let left = next.length; left > 0; left -= 1) {
    admitted += (await admitNext(ctx, workflowId, 1)).admitted;
  }
  return { found: next.length, admitted };
}

async function passOver(ctx: Context, instanceId: string, err: unknown): Promise<void> {
  const { projectId } = ctx;
  ctx.log.error({ projectId, instanceId, err }, 'a queued instance could not begin');
  await ctx.db.sql`
    update instance
    set put_off_until = ${new Date(ctx.clock().getTime() + PUT_OFF_MS)}
    where project_id = ${projectId} and id = ${instanceId} and status = 'queued'
  `;
}

/** The next in line that there is room for. Until the transaction ends nobody else admits any of the workflow. */
async function findAdmissible(
  ctx: Context,
  tx: Transaction,
  workflowId: number,
  most: number,
): Promise<string[]> {
  const room = await lockRoom(ctx, tx, workflowId);
  if (room === undefined || !room.enabled) {
    return [];
  }
  const free = room.maxRunning === 0 ? most : room.maxRunning - room.running;
  if (free <= 0) {
    return [];
  }
  const next = await findNext(tx, {
    projectId: ctx.projectId,
    workflowId,
    admission: room.admission,
    limit: Math.min(free, most),
    now: ctx.clock(),
  });
  return next.map(({ id }) => id);
}

async function begin(ctx: Context, tx: Transaction, ids: readonly string[]): Promise<void> {
  const locked = await lockInstances(
    tx,
    ids.map((instanceId) => ({ projectId: ctx.projectId, instanceId, withContext: false })),
  );
  // One that was cancelled between the look and the lock has left the queue.
  const queued = locked.filter(({ status }) => status === 'queued');
  const { fresh = [], held = [], ended = [] } = Object.groupBy(queued, whereItStands);

  await takeTurns(ctx, tx, [
    ...fresh.map((instance) => turnOf(instance, 'start')),
    ...held.map((instance) => turnOf(instance, 'continue')),
  ]);
  for (const slice of slicesOf(ended)) {
    await takeTurns(ctx, tx, await retryTurns(tx, slice));
  }
}

/** `held`: a person's move brought it back, and says already what of it runs again; `ended`: what failed in it is to be retried. */
function whereItStands({ state }: LockedInstance): 'fresh' | 'held' | 'ended' {
  const { nodes } = decodeState(state);

  if (!nodes.includes('pending')) {
    return 'ended';
  }
  return nodes.every((status) => status === 'pending' || status === 'passed') ? 'fresh' : 'held';
}

function turnOf(instance: LockedInstance, type: 'start' | 'continue'): Turn {
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
    readonly now: Date;
  },
) {
  const inLine = tx`
    project_id = ${line.projectId}
      and workflow_id = ${line.workflowId}
      and status = 'queued'
      and not blocked
      and (put_off_until is null or put_off_until <= ${line.now})
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
