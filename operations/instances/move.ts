/**
 * People's moves on instances share their shape: lock those named, tell apart who can make the move and who cannot, write, remember who
 * did it and why. Answers come per instance, so that one that cannot move never stops the others.
 */
import * as z from 'zod';
import { lockInstances, type LockedInstance } from '#db/hot/instances.ts';
import type { Transaction } from '#db/database.ts';
import type { JsonObject } from '#engine/json.ts';
import type { InstanceStatus } from '#engine/states.ts';
import { wake } from '#db/jobs.ts';
import type { Context } from '../context.ts';
import { moveOf } from '../notifications/happenings.ts';
import { hearAgain } from '../notifications/listen.ts';
import { raiseInstanceEvents } from '../notifications/raise.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import { recordEvents, type InstanceEventType } from './record_events.ts';
import { slicesOf } from './slices.ts';

export const MOST_MOVED = 1_000;

export const moveInput = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(MOST_MOVED),
  reason: z.string().max(1_000).optional(),
});

export type MoveInput = z.infer<typeof moveInput>;

export type Moved =
  /** `newId`: the instance that came of it, where the move makes one. */
  | { readonly id: string; readonly ok: true; readonly newId?: string }
  | {
      readonly id: string;
      readonly ok: false;
      readonly code: 'not_found' | 'conflict';
      readonly message: string;
      /** Of the instance, where that alone refuses the move. */
      readonly status?: InstanceStatus;
    };

export type Move = {
  /** What the history calls it. */
  readonly event: InstanceEventType;
  /** The states it leaves from. */
  readonly from: readonly InstanceStatus[];
  /** Why another state refuses it, after "Instance … has/is <status>; ". */
  readonly refusal: string;
  /** What the history keeps of it beside the reason. */
  readonly data?: JsonObject;
  /** Why some in those states cannot make it all the same, by their ids: whole sentences. */
  readonly check?: (
    ctx: Context,
    tx: Transaction,
    instances: readonly LockedInstance[],
  ) => Promise<ReadonlyMap<string, string>>;
  /** Makes the move of those that can, slice by slice. */
  readonly apply: (
    ctx: Context,
    tx: Transaction,
    instances: readonly LockedInstance[],
  ) => Promise<void>;
};

/** Moves that whoever listens is told of. A cancelled instance has ended, which its turn says. */
const HEARD_MOVES: Partial<
  Record<InstanceEventType, 'instance.paused' | 'instance.resumed' | 'instance.retried'>
> = {
  paused: 'instance.paused',
  resumed: 'instance.resumed',
  retried: 'instance.retried',
};

export async function moveInstances(
  ctx: Context,
  { ids, reason }: Pick<MoveInput, 'ids' | 'reason'>,
  move: Move,
): Promise<{ results: Moved[] } | Refusal> {
  const refusal = lacks(ctx, 'instances:write');
  if (isRefusal(refusal)) {
    return refusal;
  }
  const asked = [...new Set(ids.map((id) => id.toLowerCase()))];

  return ctx.db.transaction(async (tx) => {
    const locked = await lockInstances(
      tx,
      asked.map((instanceId) => ({ projectId: ctx.projectId, instanceId, withContext: false })),
    );
    const inState = locked.filter(({ status }) => move.from.includes(status));
    const unable = (await move.check?.(ctx, tx, inState)) ?? new Map<string, string>();
    const able = await hearAgain(
      tx,
      inState.filter(({ instanceId }) => !unable.has(instanceId)),
    );

    if (able.length > 0) {
      for (const slice of slicesOf(able)) {
        await move.apply(ctx, tx, slice);
      }
      await recordEvents(
        ctx,
        tx,
        able.map(({ instanceId }) => ({
          instanceId,
          type: move.event,
          message: reason ?? '',
          data: move.data ?? {},
        })),
      );
      const heard = HEARD_MOVES[move.event];
      if (heard !== undefined) {
        const moved = able.flatMap((instance) => moveOf(instance, heard, reason ?? ''));
        await wake(tx, await raiseInstanceEvents(tx, moved, ctx.clock()));
      }
    }

    const statusOf = new Map(locked.map(({ instanceId, status }) => [instanceId, status]));
    return {
      results: asked.map((id) => {
        const message = unable.get(id);
        return message === undefined
          ? answer(id, statusOf.get(id), move)
          : { id, ok: false, code: 'conflict', message };
      }),
    };
  });
}

function answer(id: string, status: InstanceStatus | undefined, move: Move): Moved {
  if (status === undefined) {
    return { id, ok: false, code: 'not_found', message: `There is no instance ${id}.` };
  }

  return move.from.includes(status)
    ? { id, ok: true }
    : {
        id,
        ok: false,
        code: 'conflict',
        message: `Instance ${id} is ${status}; ${move.refusal}`,
        status,
      };
}
