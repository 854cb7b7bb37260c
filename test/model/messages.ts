/**
 * The last word about a run, as its sender sees it: what is due is claimed, sent (nothing is), and what came of it is written down. Wherever
 * that is cut off the message is due again; `invariants.ts` says that none is lost.
 */
import { claimNotifications, settleNotifications } from '#operations/notifications/send.ts';
import type { Action } from './action.ts';
import { keyOf } from './wake_ups.ts';

/** Where the runs of the model want to be called. */
export const NOTIFY_URL = 'http://caller.test/ended';
const TARGET = 'http://caller.test';

export type Received = 'delivered' | 'again' | 'cut_off';

export function deliver(how: Received): Action {
  return {
    name: `deliver: ${how}`,
    perform: async (ctx) => {
      const claimed = await claimNotifications(ctx, { target: TARGET, max: 100 });
      const now = ctx.clock();
      const tried =
        how === 'again'
          ? { type: how, at: new Date(now.getTime() + 30_000), error: 'it was away' }
          : { type: how };

      await settleNotifications(
        ctx,
        claimed.map((notification) => ({
          notification,
          tried,
          at: now,
          durationMs: 1,
          status: how === 'delivered' ? 204 : null,
          request: {},
          response: null,
        })),
        { disableAfterMs: 1_000 },
      );
    },
    wakeUps: [keyOf.notify(TARGET)],
    // Somebody else is woken by whoever stops.
    isUnfinished: () => how === 'cut_off',
    // Nothing of it concerns the runs themselves.
    steps: [],
  };
}
