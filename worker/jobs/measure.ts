import { measureDurations } from '#operations/forecast/measure.ts';
import { systemContext, type Job } from '../job.ts';

/** Adds to the record how long things took that ended since the last look. */
export const measure: Job<'measure'> = async (ctx) => {
  await measureDurations(systemContext(ctx));
};
