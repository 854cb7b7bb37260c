import type { Jobs } from '#db/jobs.ts';
import { stopService } from '../executors/stop.ts';
import { tellCancelled } from '../executors/tell_cancelled.ts';
import { systemContext, type JobContext } from '../job.ts';

/** Tries in all, within about a minute and a half: graphile-worker's waits grow by e. */
const MOST_TRIES = 5;

/**
 * Tells whoever is at an attempt that has ended: asks the service of an `http` node to stop, sends the endpoint of a pushed work a
 * `task.cancelled`. @throws Error if it could not be reached, so that the job is tried again.
 */
export async function stop(ctx: JobContext, payload: Jobs['stop'], tries: number): Promise<void> {
  const last = tries >= MOST_TRIES;
  const system = systemContext(ctx, payload);
  const told = [
    await stopService(system, ctx, { attempt: payload, last }),
    await tellCancelled(system, ctx.outbound, payload),
  ];

  if (told.includes('again') && !last) {
    throw new Error('whoever is at the attempt could not be told of its end');
  }
}
