/** The settings of a workflow that count at once for what is queued. */
import { isRefusal } from '#operations/refusal.ts';
import { changeWorkflow } from '#operations/workflows/change.ts';
import { isFinalInstance } from '#engine/states.ts';
import type { Action } from './action.ts';
import type { Flow } from './shape.ts';
import { flowOf, workflowOf, type Busy } from './world.ts';

export function settings(
  flow: Flow,
  changes: {
    readonly maxRunning: number;
    readonly enabled: boolean;
    readonly busy: Busy;
  },
): Action {
  const { maxRunning, enabled, busy } = changes;
  return {
    name: `settings of ${flow} maxRunning=${maxRunning} ${enabled ? 'on' : 'off'} ${busy}`,
    perform: async (ctx) => {
      const answer = await changeWorkflow(ctx, {
        key: flow,
        maxRunning,
        enabled,
        onObjectBusy: busy,
      });
      if (isRefusal(answer)) {
        throw new Error(answer.message);
      }
    },
    steps: [
      (all, world) => {
        const workflow = workflowOf(world, flow);
        const own = world.instances.filter((one) => flowOf(all, one) === flow);

        for (const instance of own) {
          // Those that began while their object did not matter have it too.
          instance.exclusive ||=
            workflow.busy === 'allow' && busy !== 'allow' && !isFinalInstance(instance.status);
          instance.blocked &&= busy !== 'allow' || workflow.busy === 'allow';
        }
        Object.assign(workflow, changes);
      },
    ],
  };
}
