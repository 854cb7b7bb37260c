import { freeObject } from '#operations/instances/free.ts';
import { systemContext, type Job } from '../job.ts';

/** Lets the next instance of an object begin, where its workflow lets one at a time run. */
export const free: Job<'free'> = async (ctx, payload) => {
  await freeObject(systemContext(ctx, payload), payload);
};
