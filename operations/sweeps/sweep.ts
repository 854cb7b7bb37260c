import type { Context } from '../context.ts';
import { releaseDelays } from './delays.ts';
import { wakePolls } from '../http/polls.ts';
import { wakeSchedules } from '../schedules/run.ts';
import { failExpired } from './expired.ts';
import { queueScheduled } from './scheduled.ts';
import { sweepTimeouts, type TimeoutCounts } from './timeouts.ts';
import { endWaits } from './waits.ts';
import { renewWakeUps } from './wakeups.ts';

/** Any number, the same in every process. */
const SWEEP_LOCK = 4_201_973_552_002n;

const NO_TIMEOUTS: TimeoutCounts = { failed: 0, redelivered: 0, waiting: 0 };

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
 *
 * @throws AggregateError when all parts are done, of those that failed: a row that one cannot bear keeps no other from its own.
 */
export async function sweep(
  ctx: Context,
  { renew }: { readonly renew: boolean },
): Promise<SweepCounts | null> {
  const faults: unknown[] = [];
  const part = <Counted>(look: Promise<Counted>, none: Counted): Promise<Counted> =>
    look.catch((error: unknown) => {
      faults.push(error);
      return none;
    });

  const counts = await ctx.db.transaction(async (tx): Promise<SweepCounts | null> => {
    const [lock] = await tx<{ had: boolean }[]>`
      select pg_try_advisory_xact_lock(${SWEEP_LOCK.toString()}::bigint) as had
    `;
    if (!lock?.had) {
      return null;
    }

    // Before the others: a wait that is due is neither a delayed task to hand out nor one that ran too long.
    const waits = await part(endWaits(ctx), 0);
    const delays = await part(releaseDelays(ctx), 0);
    const scheduled = await part(queueScheduled(ctx), 0);
    const expired = await part(failExpired(ctx), 0);
    const { failed, redelivered } = await part(sweepTimeouts(ctx), NO_TIMEOUTS);
    await wakePolls(ctx, tx);
    await wakeSchedules(ctx, tx);
    if (renew) {
      await part(renewWakeUps(ctx), 0);
    }
    return { waits, delays, scheduled, expired, failed, redelivered };
  });
  // Not in the transaction, which would take the wake-ups back.
  if (faults.length > 0) {
    throw new AggregateError(faults, 'a part of the sweep failed');
  }
  return counts;
}
