/** Every job by its name. A new one: its payload in db/jobs.ts, a file in jobs/, a line here. */
import type { TaskList } from 'graphile-worker';
import type { JobName, Jobs } from '#db/jobs.ts';
import { admit } from './jobs/admit.ts';
import { deliver } from './jobs/deliver.ts';
import { retain } from './jobs/retain.ts';
import { sweep } from './jobs/sweep.ts';
import type { JobContext } from './job.ts';

/** As crontab(5); times are UTC. */
export const CRONTAB = '7 * * * * retain ?jobKey=retain&jobKeyMode=preserve_run_at';

/** The payload of a job is what `wake` wrote: both take its type from db/jobs.ts. */
export function taskList(ctx: JobContext): TaskList {
  return {
    admit: (payload: Jobs['admit']) => admit(ctx, payload),
    deliver: (payload: Jobs['deliver']) => deliver(ctx, payload),
    retain: (payload: Jobs['retain']) => retain(ctx, payload),
    sweep: (payload: Jobs['sweep']) => sweep(ctx, payload),
  } satisfies { [Name in JobName]: (payload: Jobs[Name]) => Promise<void> };
}
