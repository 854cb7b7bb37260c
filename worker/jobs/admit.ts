import { admitInstances } from '#operations/instances/admit.ts';
import { systemContext, type Job } from '../job.ts';

/** Starts what is queued of a workflow, as far as its limit allows. */
export const admit: Job<'admit'> = async (ctx, payload) => {
  await admitInstances(systemContext(ctx, payload), payload.workflowId);
};
