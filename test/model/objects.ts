/** Objects that one instance at a time may have: who of those that wait for one is next. */
import { freeObject } from '#operations/instances/free.ts';
import type { Action, Step } from './action.ts';
import { cancel, contendersOf } from './moves.ts';
import type { Flow } from './shape.ts';
import { keyOf } from './wake_ups.ts';
import { workflowOf } from './world.ts';

export function free(flow: Flow, workflowId: number, objectId: string): Action {
  const look: Step = (settings, world) => {
    const contenders = contendersOf(settings, world, flow, objectId);
    const youngest = contenders.toSorted((one, other) => (one.id > other.id ? -1 : 1));

    switch (workflowOf(world, flow).busy) {
      case 'allow':
        for (const one of contenders) {
          one.blocked = false;
        }
        return;
      case 'queue':
      case 'reject': {
        const oldest = youngest.at(-1);
        if (oldest && contenders.every(({ blocked }) => blocked)) {
          oldest.blocked = false;
        }
        return;
      }
      case 'replace':
        for (const [place, one] of youngest.entries()) {
          if (place === 0) {
            one.blocked = false;
          } else {
            cancel(settings, world, one);
          }
        }
    }
  };

  return {
    name: `free ${objectId} of ${flow}`,
    perform: (ctx) => freeObject(ctx, { workflowId, objectId }),
    wakeUps: [keyOf.free(workflowId, objectId)],
    // It looks again if one ended under its eyes.
    steps: [look, look],
  };
}
