/** The settings of a workflow that count at once for what is queued. */
import { isRefusal } from '#operations/refusal.ts';
import { changeWorkflow } from '#operations/workflows/change.ts';
import type { Action } from './action.ts';

export function settings(
  key: string,
  { maxRunning, enabled }: { readonly maxRunning: number; readonly enabled: boolean },
): Action {
  return {
    name: `settings maxRunning=${maxRunning} ${enabled ? 'on' : 'off'}`,
    perform: async (ctx) => {
      const answer = await changeWorkflow(ctx, { key, maxRunning, enabled });
      if (isRefusal(answer)) {
        throw new Error(answer.message);
      }
    },
    steps: [
      (_setting, world) => {
        world.maxRunning = maxRunning;
        world.enabled = enabled;
      },
    ],
  };
}
