import { runBulk } from '#operations/bulk/run.ts';
import { systemContext, type Job } from '../job.ts';

/** Makes a move of many instances. A process that stops leaves the rest to another. */
export const bulk: Job<'bulk'> = async (ctx, payload) => {
  await runBulk(systemContext(ctx, payload), { id: payload.bulkId, stopping: ctx.stopping });
};
