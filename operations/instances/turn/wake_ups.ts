import type { InstanceTurn, LockedInstance } from '#db/hot/instances.ts';
import type { DroppedTask } from '#db/hot/tasks.ts';
import type { WakeUp } from '#db/jobs.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Ended } from '../../alerts/events.ts';
import type { Decided } from './decide.ts';

/** What alerts may be about. */
export function endedOf(decided: readonly Decided[], rows: readonly InstanceTurn[]): Ended[] {
  return decided.flatMap(({ turn: { instance } }, index) => {
    const status = rows[index]?.status;
    return status === 'succeeded' || status === 'failed' ? { ...instance, status } : [];
  });
}

/** Whom it concerns that instances leave their slot, or end. */
export function wakeUpsOf(decided: readonly Decided[], rows: readonly InstanceTurn[]): WakeUp[] {
  return decided.flatMap(({ turn: { instance } }, index) => {
    const status = rows[index]?.status;
    const { projectId, workflowId } = instance;
    const left = status !== 'running' && status !== 'paused';

    return [
      ...(instance.limited && left
        ? [{ name: 'admit' as const, payload: { projectId, workflowId } }]
        : []),
      ...(status !== undefined && isFinalInstance(status) ? endOf(instance) : []),
    ];
  });
}

/** Whom the end of an instance concerns: the next one of its object id, the instance whose task it was. */
export function endOf(instance: LockedInstance): WakeUp[] {
  const { projectId, workflowId, objectId, parentId } = instance;

  return [
    ...(instance.exclusive
      ? [{ name: 'free' as const, payload: { projectId, workflowId, objectId } }]
      : []),
    ...(parentId === null
      ? []
      : [{ name: 'children' as const, payload: { projectId, instanceId: parentId } }]),
  ];
}

/** What tasks leave behind that were taken away: children that nobody waits for, services that are to stop. */
export function cleanUps(dropped: readonly Omit<DroppedTask, 'work' | 'slot'>[]): WakeUp[] {
  return dropped.flatMap(
    ({ projectId, instanceId, node, segment, attempt, token, child, remote }) => {
      const wakeUps: WakeUp[] = [];

      if (child) {
        wakeUps.push({ name: 'orphans', payload: { projectId, instanceId } });
      }
      if (remote && token !== null) {
        const payload = { projectId, instanceId, node, segment, attempt, token };
        wakeUps.push({ name: 'stop', payload });
      }
      return wakeUps;
    },
  );
}
