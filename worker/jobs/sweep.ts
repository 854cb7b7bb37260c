import { sweep as sweepRows } from '#operations/sweeps/sweep.ts';
import { systemContext, type Job } from '../job.ts';

/** The safety net under the other jobs need not be looked at every second. */
const SWEEPS_PER_RENEWAL = 10;

let sweeps = 0;

/** Looks at everything that is due. */
export const sweep: Job<'sweep'> = async (ctx) => {
  const renew = sweeps % SWEEPS_PER_RENEWAL === 0;
  sweeps += 1;

  const counts = await sweepRows(systemContext(ctx), { renew });
  if (counts && Object.values(counts).some((count) => count > 0)) {
    ctx.log.info(counts, 'swept');
  }
};
