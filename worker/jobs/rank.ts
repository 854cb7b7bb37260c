import { rankWaiting } from '#operations/instances/rank.ts';
import { systemContext, type Job } from '../job.ts';

/** Puts the queue of a workflow in a new order after its settings have changed. */
export const rank: Job<'rank'> = async (ctx, payload) => {
  await rankWaiting(systemContext(ctx, payload), payload.workflowId);
};
