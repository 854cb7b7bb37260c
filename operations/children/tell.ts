/**
 * How a parent hears of its children: the end of a child is the end of an attempt of its parent. It is told by a job and not in the
 * child's own turn, because turns lock instances in the order of their ids, and a parent is older than its children.
 */
import type { Transaction } from '#db/database.ts';
import { lockInstances } from '#db/hot/instances.ts';
import type { AttemptKey } from '#db/hot/tasks.ts';
import type { Json, JsonObject } from '#engine/json.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { cancelInstances } from '../instances/cancel.ts';
import { endAttempts, succeeded, type End } from '../tasks/end.ts';

/** Children of one transaction. */
const MOST_PER_BATCH = 500;

/** Ends the attempts of a parent whose children have ended. Safe to run twice, late, or on two machines at once. */
export async function tellParent(ctx: Context, parentId: string): Promise<number> {
  let told = 0;
  let count: number;

  do {
    count = await ctx.db.transaction((tx) => tellBatch(ctx, tx, parentId));
    told += count;
  } while (count === MOST_PER_BATCH);

  return told;
}

async function tellBatch(ctx: Context, tx: Transaction, parentId: string): Promise<number> {
  const ended = await tx<{ id: string }[]>`
    select id
    from instance
    where project_id = ${ctx.projectId} and parent_id = ${parentId} and not parent_told
      and status in ('succeeded', 'failed', 'cancelled')
    order by id
    limit ${MOST_PER_BATCH}
  `;
  if (ended.length === 0) {
    return 0;
  }
  const locked = await lockInstances(
    tx,
    [parentId, ...ended.map(({ id }) => id)].map((instanceId) => ({
      projectId: ctx.projectId,
      instanceId,
      withContext: false,
    })),
  );
  // One that a person has retried since is running again.
  const ids = locked.flatMap(({ instanceId, status }) =>
    instanceId !== parentId && isFinalInstance(status) ? [instanceId] : [],
  );

  await endAttempts(ctx, tx, (await readEnded(ctx, tx, ids)).map(endOf));
  await tx`
    update instance
    set parent_told = true
    where project_id = ${ctx.projectId} and id = any(${ids}::uuid[])
  `;
  return ended.length;
}

type EndedChild = AttemptKey & {
  readonly childId: string;
  readonly status: Extract<InstanceStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly output: Json | null;
  readonly error: JsonObject | null;
};

function readEnded(ctx: Context, tx: Transaction, ids: readonly string[]) {
  return tx<EndedChild[]>`
    select
      project_id as "projectId",
      parent_id as "instanceId",
      parent_node as node,
      parent_segment as segment,
      parent_attempt as attempt,
      parent_token as token,
      id as "childId",
      status,
      output,
      error
    from instance
    where project_id = ${ctx.projectId} and id = any(${ids as string[]}::uuid[]) and not parent_told
  `;
}

function endOf({ childId, status, output, error, ...key }: EndedChild): End {
  switch (status) {
    case 'succeeded':
      return { ...key, ...succeeded(output) };
    case 'cancelled':
      return {
        ...key,
        outcome: 'failed',
        code: 'cancelled',
        error: { message: `child instance ${childId} was cancelled`, instanceId: childId },
        output: null,
        retryable: false,
      };
    case 'failed': {
      const why = typeof error?.['message'] === 'string' ? `: ${error['message']}` : '';
      return {
        ...key,
        outcome: 'failed',
        code: 'error',
        error: { message: `child instance ${childId} failed${why}`, instanceId: childId },
        output: null,
        retryable: true,
      };
    }
  }
}

/** Cancels the children that an instance does not wait for any more: it was cancelled, timed out, or its node was started over. */
export async function cancelOrphans(ctx: Context, parentId: string): Promise<number> {
  let cancelled = 0;

  for (;;) {
    const orphans = (await findOrphans(ctx, parentId)).map(({ id }) => id);
    if (orphans.length === 0) {
      return cancelled;
    }
    await cancelInstances(ctx, {
      ids: orphans,
      reason: `instance ${parentId} does not wait for it any more`,
    });
    // Nobody is to hear how they ended; and the next look need not pass over them.
    await ctx.db.transaction(async (tx) => {
      await lockInstances(
        tx,
        orphans.map((instanceId) => ({ projectId: ctx.projectId, instanceId, withContext: false })),
      );
      await tx`
        update instance
        set parent_told = true
        where project_id = ${ctx.projectId} and id = any(${orphans}::uuid[])
      `;
    });
    cancelled += orphans.length;
  }
}

function findOrphans({ db, projectId }: Context, parentId: string) {
  return db.sql<{ id: string }[]>`
    select c.id
    from instance c
    -- With a limit, unlike with "exists", Postgres never compares each child with all tasks of the parent.
    left join lateral (
      select t.token
      from task t
      where t.project_id = c.project_id
        and t.instance_id = c.parent_id
        and t.node = c.parent_node
        and t.segment = c.parent_segment
        and t.attempt = c.parent_attempt
        and t.token = c.parent_token
      limit 1
    ) as waiting on true
    where c.project_id = ${projectId}
      and c.parent_id = ${parentId}
      and not c.parent_told
      and c.status in ('scheduled', 'queued', 'running', 'paused')
      and waiting.token is null
    limit ${MOST_PER_BATCH}
  `;
}
