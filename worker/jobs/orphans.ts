import { cancelOrphans } from '#operations/children/tell.ts';
import { systemContext, type Job } from '../job.ts';

/** Cancels children that nobody waits for any more. */
export const orphans: Job<'orphans'> = async (ctx, payload) => {
  await cancelOrphans(systemContext(ctx, payload), payload.instanceId);
};
