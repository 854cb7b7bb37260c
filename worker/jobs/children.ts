import { tellParent } from '#operations/children/tell.ts';
import { systemContext, type Job } from '../job.ts';

/** Tells an instance how its children ended. */
export const children: Job<'children'> = async (ctx, payload) => {
  await tellParent(systemContext(ctx, payload), payload.instanceId);
};
