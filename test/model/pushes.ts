/** What came of pushes that brought no result. Nothing is sent. */
import { failDeliveries, recordDeliveries } from '#operations/tasks/push.ts';
import type { Action } from './action.ts';
import { dueOf, earliest, plus } from './claims.ts';
import { endLive, nameOf, ofLive, putOff } from './internals.ts';
import type { Held } from './reports.ts';
import type { ModelTask, World } from './world.ts';
import { workOf } from './works.ts';

export type Answered =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'retry'; readonly seconds: number }
  /** For good: no endpoint will take it. */
  | { readonly verdict: 'refused'; readonly retryable: boolean };

export function pushed(held: readonly Held[], came: Answered): Action {
  switch (came.verdict) {
    case 'accepted':
      return ofLive('accepted', held, {
        perform: (ctx) =>
          recordDeliveries(
            ctx,
            held.map(({ token }) => ({ token, verdict: 'accepted' })),
          ),
        apply: accept,
      });
    case 'retry':
      return ofLive(`to be pushed again in ${came.seconds} s`, held, {
        perform: (ctx) =>
          recordDeliveries(
            ctx,
            held.map(({ token }) => ({ token, verdict: 'retry', afterMs: came.seconds * 1_000 })),
          ),
        apply: (world, task) => putOff(world, task, came.seconds),
      });
    case 'refused':
      return {
        name: `refused ${held.map(nameOf).join(', ')}`,
        perform: (ctx) =>
          failDeliveries(
            ctx,
            held.map(({ token }) => ({ token, message: 'no', retryable: came.retryable })),
          ),
        steps: [
          (settings, world) =>
            endLive(
              settings,
              world,
              held.map((one) => ({
                held: one,
                end: { outcome: 'failed', code: 'delivery_failed', retryable: came.retryable },
              })),
            ),
        ],
      };
  }
}

/** An endpoint that reported before its answer came has moved the task on already. */
function accept(world: World, task: ModelTask): void {
  if (!task.leased) {
    return;
  }
  const { startReport, dispatchSeconds, totalSeconds } = workOf(task.work);
  task.leased = false;
  task.deliveries = 0;
  if (startReport) {
    task.dueAt = earliest(plus(world.now, dispatchSeconds), plus(task.firstAt, totalSeconds));
  } else {
    task.status = 'running';
    task.startedAt = world.now;
    task.dueAt = dueOf(task, world.now);
  }
}
