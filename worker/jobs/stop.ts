import type { Jobs } from '#db/jobs.ts';
import { stopService } from '../executors/stop.ts';
import { systemContext, type JobContext } from '../job.ts';

/** Tries in all, within about a minute and a half: graphile-worker's waits grow by e. */
const MOST_TRIES = 5;

/** Asks the service of an `http` attempt to stop. @throws Error if it could not be reached, so that the job is tried again. */
export async function stop(ctx: JobContext, payload: Jobs['stop'], tries: number): Promise<void> {
  const last = tries >= MOST_TRIES;
  const stopped = await stopService(systemContext(ctx, payload), ctx, { attempt: payload, last });

  if (stopped === 'again') throw new Error('the service could not be asked to stop');
}
