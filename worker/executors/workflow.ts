import type { PumpPort } from '#delivery/pump.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import { startChildren, type ChildTask } from '#operations/children/start.ts';
import { claimInternal, endInternal, type InternalTask } from '#operations/tasks/internal.ts';
import type { Executor } from './executor.ts';

/**
 * `workflow` nodes and fan-outs over workflows: claimed tasks become child instances, a batch in one transaction, which is what the pump
 * does when it settles. A child ends its parent's attempt long after (operations/children/tell.ts).
 */
export const runWorkflows: Executor = (ctx, { worker, pump }) => {
  const port: PumpPort<InternalTask, null> = {
    claim: (max) => claimInternal(ctx, { work: INTERNAL_WORKS.workflow, max, worker }),
    run: () => Promise.resolve(null),
    async settle(settled) {
      const tasks = settled.map(({ task }) => task);

      await startChildren(
        ctx,
        tasks.flatMap((task): ChildTask[] => childOf(task) ?? []),
      );
      await endInternal(
        ctx,
        tasks.flatMap((task) => (childOf(task) === null ? [noChild(task)] : [])),
      );
      return false;
    },
  };

  return [pump(port)];
};

function childOf({ key, plan, input }: InternalTask): ChildTask[] | null {
  return 'child' in plan && plan.child !== null ? [{ ...key, child: plan.child, input }] : null;
}

/** Only a version that was moved under its task could say so. */
function noChild({ key, plan }: InternalTask) {
  return {
    key,
    outcome: 'failed',
    code: 'error',
    message: `node "${plan.key}" names no workflow`,
    retryable: false,
  } as const;
}
