/** What a turn of an instance means to whoever listens to it. Pure. */
import type { InstanceKey, LockedInstance } from '#db/hot/instances.ts';
import type { Advanced, EngineEvent } from '#engine/advance.ts';
import type { JsonObject } from '#engine/json.ts';
import type { Plan } from '#engine/plan.ts';
import { decodeState } from '#engine/state.ts';
import { isFinalInstance, type InstanceStatus } from '#engine/states.ts';
import { HEARD, type NotifiedEvent } from './events.ts';
import type { InstanceHappening } from './raise.ts';

/** An attempt failed and is tried again. */
export type Retrying = {
  readonly node: number;
  /** Order of the segment; null: the task is none. */
  readonly segment: number | null;
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
  readonly at: Date;
};

/** An instance, as far as it is listened to. */
type Listened = InstanceKey & Pick<LockedInstance, 'notifies'>;

export type HeardTurn = {
  readonly instance: LockedInstance;
  readonly events: readonly EngineEvent[];
  readonly retrying?: readonly Retrying[];
};

type Decision = Pick<Extract<Advanced, { type: 'advanced' }>, 'state' | 'effects'>;

/** Failures of tasks before the end that they led to: in the order in which they happened. */
export function happeningsOf(turn: HeardTurn, plan: Plan, decision: Decision): InstanceHappening[] {
  const { instance } = turn;
  const { notifies } = instance;
  const finish = decision.effects.find((effect) => effect.type === 'finish');

  return [
    ...(notifies & HEARD.retries ? retriesOf(turn, plan) : []),
    ...(notifies & HEARD.failures ? failuresOf(turn, plan, decision) : []),
    ...(finish ? endOf(instance, finish.status) : []),
  ];
}

/** The end of an instance: how it ended, and the last word, which is the same for all. */
export function endOf(instance: Listened, status: InstanceStatus): InstanceHappening[] {
  if (!(instance.notifies & HEARD.ends) || !isFinalInstance(status)) {
    return [];
  }
  return [
    happens(instance, `instance.${status}` as NotifiedEvent),
    happens(instance, 'instance.completed'),
  ];
}

/** A move that a person made. */
export function moveOf(
  instance: Listened,
  type: Extract<NotifiedEvent, `instance.${string}`>,
  reason: string,
): InstanceHappening[] {
  return instance.notifies & HEARD.moves ? [happens(instance, type, { reason })] : [];
}

function retriesOf({ instance, retrying = [] }: HeardTurn, plan: Plan): InstanceHappening[] {
  return retrying.map(({ node, segment, attempt, code, message, at }) =>
    happens(instance, 'task.retrying', {
      task: plan.nodes[node]?.key ?? null,
      segment,
      attempt,
      error: { code, message },
      retryAt: at.toISOString(),
    }),
  );
}

/** Nodes that failed for good in this turn, whoever's doing it was. */
function failuresOf(
  turn: HeardTurn,
  plan: Plan,
  { state, effects }: Decision,
): InstanceHappening[] {
  const before = decodeState(turn.instance.state).nodes;
  const recorded = effects.filter((effect) => effect.type === 'record');

  return state.nodes.flatMap((status, node) => {
    if (status !== 'failed' || before[node] === 'failed') {
      return [];
    }
    const said = [...turn.events.filter(tells), ...recorded].findLast((one) => one.node === node);
    const error = {
      code: said !== undefined && 'code' in said ? said.code : 'error',
      message: said !== undefined && 'message' in said ? said.message : '',
    };
    return [happens(turn.instance, 'task.failed', { task: plan.nodes[node]?.key ?? null, error })];
  });
}

function tells(event: EngineEvent): event is Extract<EngineEvent, { type: 'failed' | 'mark' }> {
  return event.type === 'failed' || event.type === 'mark';
}

function happens(
  { projectId, instanceId }: Listened,
  type: NotifiedEvent,
  facts: JsonObject = {},
): InstanceHappening {
  return { projectId, instanceId, type, facts };
}
