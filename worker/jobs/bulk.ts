import { runBulk } from '#operations/bulk/run.ts';
import { systemContext, type Job } from '../job.ts';

/** Makes a move of many instances. A process that stops leaves the rest to another. */
export const bulk: Job<'bulk'> = async (ctx, payload) => {
  // A run that is started again brings its own URL, which is judged like a new one.
  const judging = { ...systemContext(ctx, payload), outbound: ctx.guards };
  await runBulk(judging, { id: payload.bulkId, stopping: ctx.stopping });
};
