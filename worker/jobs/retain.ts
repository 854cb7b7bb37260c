import { retain as retainRows } from '#operations/sweeps/retain.ts';
import { systemContext, type Job } from '../job.ts';

/** Makes partitions ahead and forgets what is old. A process that stops leaves the rest to the next time. */
export const retain: Job<'retain'> = async (ctx) => {
  const { retentionDays, stopping } = ctx;
  const counts = await retainRows(systemContext(ctx), { retentionDays, stopping });

  if (Object.values(counts).some((count) => count > 0)) {
    ctx.log.info(counts, 'retained');
  }
};
