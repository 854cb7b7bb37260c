import { retain as retainRows } from '#operations/sweeps/retain.ts';
import { systemContext, type Job } from '../job.ts';

/** Makes partitions ahead and forgets old idempotency keys. */
export const retain: Job<'retain'> = async (ctx) => {
  const counts = await retainRows(systemContext(ctx));
  if (counts.partitions > 0) ctx.log.info(counts, 'made partitions');
};
