/**
 * Moving instances to another version of their workflow. The preview shows the mapping and what stands in the way; the move is refused
 * while anything does. All rows that name a node by its place in the plan are rewritten in the same transaction.
 */
import * as z from 'zod';
import type { LockedInstance } from '#db/hot/instances.ts';
import { lockInstances } from '#db/hot/instances.ts';
import type { Queryable, Transaction } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { versionNumber } from '#engine/definition.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { remap, type Remapped } from '#engine/remap.ts';
import { cancelPending, decodeState, encodeState } from '#engine/state.ts';
import { TASK_STATUSES, type InstanceStatus } from '#engine/states.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { isRefusal, lacks, refuse, type Refusal } from '../refusal.ts';
import { loadPrograms, type VersionProgram } from '../versions/program.ts';
import { announce } from './announce.ts';
import { noInstance } from './instance.ts';
import { moveInput, moveInstances, type Moved } from './move.ts';
import { renumber } from './renumber.ts';
import { takeTurns } from './turn.ts';

export const changeVersionInput = moveInput.extend({
  version: versionNumber.meta({ description: 'a published version of their workflow' }),
});

export const versionChange = z
  .object({
    from: z.int(),
    to: z.int(),
    nodes: z.array(
      z.object({
        key: z.string(),
        status: z.enum([...TASK_STATUSES, 'open']),
        mapped: z
          .boolean()
          .meta({ description: 'false: not in the other version; its result is dropped' }),
      }),
    ),
    added: z.array(z.string()).meta({ description: 'nodes that only the other version has' }),
    problems: z.array(z.object({ code: z.string(), key: z.string(), message: z.string() })),
  })
  .meta({ id: 'VersionChange', description: 'What a move to another version would do.' });

export type VersionChange = z.infer<typeof versionChange>;

const MOVABLE = ['scheduled', 'queued', 'running', 'paused', 'failed', 'cancelled'] as const;

/** What moving an instance to another version would do. Changes nothing. */
export async function previewVersionChange(
  ctx: Context,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<VersionChange | Refusal> {
  const refusal = lacks(ctx, 'read');
  if (isRefusal(refusal)) {
    return refusal;
  }
  if (!isId(id)) {
    return noInstance(id);
  }
  const { reads } = ctx.db;
  const [instance] = await reads<Movable[]>`
    select project_id as "projectId", id as "instanceId", workflow_id as "workflowId",
      version_id as "versionId", state, status
    from instance
    where project_id = ${ctx.projectId} and id = ${id}
  `;
  if (instance === undefined) {
    return noInstance(id);
  }
  const [change] = await findChanges(ctx, reads, [instance], version);
  if (change === undefined) {
    return refuse('not_found', noVersion(id, version), { facts: { id, version } });
  }

  return {
    from: change.before.version,
    to: change.after.version,
    nodes: change.remapped.nodes.map(({ key, status, to }) => ({
      key,
      status,
      mapped: to !== null,
    })),
    added: [...change.remapped.added],
    problems: [...change.remapped.problems],
  };
}

/** Moves instances to another version. One of which something cannot be mapped stays as it is, and the answer says why. */
export async function changeVersion(
  ctx: Context,
  input: z.infer<typeof changeVersionInput>,
): Promise<{ results: Moved[] } | Refusal> {
  const { version } = input;
  const changes = new Map<string, Change>();

  return moveInstances(ctx, input, {
    event: 'version_changed',
    from: MOVABLE,
    refusal: 'only one that has not succeeded can be moved to another version.',
    data: { version },
    check: async (applied, tx, instances) => {
      await lockTasks(applied, tx, instances);
      for (const change of await findChanges(applied, tx, instances, version)) {
        changes.set(change.instance.instanceId, change);
      }
      return new Map(
        instances.flatMap(({ instanceId }) => {
          const why = reasonAgainst(instanceId, version, changes.get(instanceId));
          return why === null ? [] : [[instanceId, why] as const];
        }),
      );
    },
    apply: (applied, tx, instances) =>
      apply(
        applied,
        tx,
        instances.flatMap(({ instanceId }) => changes.get(instanceId) ?? []),
      ),
  });
}

type Movable = Pick<
  LockedInstance,
  'projectId' | 'instanceId' | 'workflowId' | 'versionId' | 'state'
> & { readonly status: InstanceStatus };

type Change = {
  readonly instance: Movable;
  readonly before: VersionProgram;
  readonly after: VersionProgram;
  readonly remapped: Remapped;
};

function noVersion(id: string, version: number): string {
  return `The workflow of instance ${id} has no published version ${version}.`;
}

function reasonAgainst(id: string, version: number, change: Change | undefined): string | null {
  if (change === undefined) {
    return noVersion(id, version);
  }
  const { before, after, remapped } = change;

  if (before.versionId === after.versionId) {
    return `Instance ${id} has version ${version} already.`;
  }
  return remapped.problems.length === 0
    ? null
    : `Instance ${id} cannot be moved to version ${version}: ${remapped.problems.map(({ message }) => message).join('; ')}.`;
}

/** The mapping of each instance; one whose workflow has no such version is not in the answer. */
async function findChanges(
  ctx: Context,
  sql: Queryable,
  instances: readonly Movable[],
  version: number,
): Promise<Change[]> {
  const [targets, held] = await Promise.all([
    sql<{ workflowId: number; versionId: number }[]>`
      select workflow_id as "workflowId", id as "versionId"
      from version
      where project_id = ${ctx.projectId}
        and workflow_id = any(${instances.map(({ workflowId }) => workflowId)}::int[])
        and number = ${version}
        and status = 'published'
    `,
    findHandedOut(ctx, sql, instances),
  ]);
  const targetOf = new Map(targets.map(({ workflowId, versionId }) => [workflowId, versionId]));
  const programOf = await loadPrograms(ctx.db, sql, [
    ...targetOf.values(),
    ...instances.map(({ versionId }) => versionId),
  ]);

  return instances.flatMap((instance): Change[] => {
    const target = targetOf.get(instance.workflowId);
    if (target === undefined) {
      return [];
    }
    const [before, after] = [programOf(instance.versionId), programOf(target)];
    const handedOut = new Set(held.get(instance.instanceId));
    const state = decodeState(instance.state);
    const remapped = remap(before.program.plan, after.program.plan, state, handedOut);
    return [{ instance, before, after, remapped }];
  });
}

/**
 * Claims lock no instances. One that came between the look and the move would hand out tokens that name the old places; one that passes
 * over the rows meanwhile may be the last to look, even if nothing comes of the move.
 */
async function lockTasks(
  ctx: Context,
  tx: Transaction,
  instances: readonly Movable[],
): Promise<void> {
  const passedOver = await tx<{ projectId: number; work: string }[]>`
    with locked as materialized (
      select project_id, work, status, held
      from task
      where project_id = ${ctx.projectId}
        and instance_id = any(${instances.map(({ instanceId }) => instanceId)}::uuid[])
      order by instance_id, node, segment
      for update
    )
    select project_id as "projectId", work from locked where status = 'ready' and not held
  `;
  await wake(tx, [], passedOver);
  await announce(tx, { changed: [], ready: passedOver });
}

/** Nodes whose attempt somebody holds, a child among them. A signal's token is known to nobody. */
async function findHandedOut(
  ctx: Context,
  sql: Queryable,
  instances: readonly Movable[],
): Promise<ReadonlyMap<string, number[]>> {
  const rows = await sql<{ instanceId: string; node: number }[]>`
    select distinct instance_id as "instanceId", node
    from task
    where project_id = ${ctx.projectId}
      and instance_id = any(${instances.map(({ instanceId }) => instanceId)}::uuid[])
      and token is not null
      and work <> ${INTERNAL_WORKS.signal}
  `;
  const held = new Map<string, number[]>();
  for (const { instanceId, node } of rows) {
    held.set(instanceId, [...(held.get(instanceId) ?? []), node]);
  }
  return held;
}

async function apply(ctx: Context, tx: Transaction, changes: readonly Change[]): Promise<void> {
  await renumber(
    ctx,
    tx,
    changes.map(({ instance: { instanceId }, remapped: { nodes } }) => ({ instanceId, nodes })),
  );
  await tx`
    update instance i
    set version_id = r.version_id, state = r.state, reads = r.reads
    from unnest(
      ${changes.map(({ instance }) => instance.instanceId)}::uuid[],
      ${changes.map(({ after }) => after.versionId)}::int[],
      ${changes.map(stateAfter)}::text[],
      ${changes.map(({ after }) => readsOf(after))}::int[]
    ) as r(id, version_id, state, reads)
    where i.project_id = ${ctx.projectId} and i.id = r.id
  `;

  // What the other version adds may be able to begin. What has not begun, or has ended, waits for what begins it.
  const live = await lockInstances(
    tx,
    changes.flatMap(({ instance }) =>
      instance.status === 'running' || instance.status === 'paused'
        ? [{ projectId: instance.projectId, instanceId: instance.instanceId, withContext: false }]
        : [],
    ),
  );
  await takeTurns(
    ctx,
    tx,
    live.map((instance) => ({
      instance,
      events: [{ type: 'continue' }],
    })),
  );
  await announce(tx, { changed: changes.map(({ instance }) => instance), ready: [] });
}

/** One that queues for a retry has nothing pending, by which admission knows it (admit.ts): what is new to it begins with the retry. */
function stateAfter({ instance, remapped }: Change): string {
  const state = encodeState(remapped.state);
  const isRetry =
    instance.status === 'queued' && !decodeState(instance.state).nodes.includes('pending');

  return isRetry ? cancelPending(state) : state;
}

function readsOf({ program: { reads } }: VersionProgram): number {
  return (reads.input ? 1 : 0) + (reads.context ? 2 : 0);
}
