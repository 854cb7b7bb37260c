import { runSchedules } from '#operations/schedules/run.ts';
import { systemContext, type Job } from '../job.ts';

/** Makes the instances of schedules that are due. */
export const schedule: Job<'schedule'> = async (ctx, payload) => {
  const counts = await runSchedules(systemContext(ctx, payload), { stopping: ctx.stopping });
  if (counts.started > 0 || counts.failed > 0) {
    ctx.log.info(counts, 'ran schedules');
  }
};
