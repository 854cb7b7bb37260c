import type { Context } from '../context.ts';
import { releaseDelays } from './delays.ts';
import { wakePolls } from '../http/polls.ts';
import { wakeSchedules } from '../schedules/run.ts';
import { failExpired } from './expired.ts';
import { queueScheduled } from './scheduled.ts';
import { sweepTimeouts } from './timeouts.ts';
import { endWaits } from './waits.ts';
import { renewWakeUps } from './wakeups.ts';

/** Any number, the same in every process. */
const SWEEP_LOCK = 4_201_973_552_002n;

export type SweepCounts = {
  readonly waits: number;
  readonly delays: number;
  readonly scheduled: number;
  readonly expired: number;
  readonly failed: number;
  readonly redelivered: number;
};

/**
 * Looks at everything that is due, once. One at a time in the whole installation: a sweep that finds another one under way answers null.
 * Every part is bounded per transaction and safe to be cut off anywhere.
 */
export async function sweep(
  ctx: Context,
  { renew }: { readonly renew: boolean },
): Promise<SweepCounts | null> {
  return ctx.db.transaction(async (tx) => {
    const [lock] = await tx<{ had: boolean }[]>`
      select pg_try_advisory_xact_lock(${SWEEP_LOCK.toString()}::bigint) as had
    `;
    if (!lock?.had) {
      return null;
    }

    // Before the others: a wait that is due is neither a delayed task to hand out nor one that ran too long.
    const waits = await endWaits(ctx);
    const delays = await releaseDelays(ctx);
    const scheduled = await queueScheduled(ctx);
    const expired = await failExpired(ctx);
    const { failed, redelivered } = await sweepTimeouts(ctx);
    await wakePolls(ctx, tx);
    await wakeSchedules(ctx, tx);
    if (renew) {
      await renewWakeUps(ctx);
    }
    return { waits, delays, scheduled, expired, failed, redelivered };
  });
}
