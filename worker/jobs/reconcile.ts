import { reconcileSample } from '#operations/instances/reconcile.ts';
import { systemContext, type Job } from '../job.ts';

/** Works a sample of what runs out once more from its rows; what does not fit is in the log. */
export const reconcile: Job<'reconcile'> = async (ctx) => {
  await reconcileSample(systemContext(ctx), Math.random());
};
