import type { Database } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { recoverJobs } from '#db/processes.ts';
import type { Logger } from '#operations/context.ts';

const BEATS_PER_RECOVERY = 5;

/**
 * With every beat of a worker: sees to it that a sweep is pending, for nothing else may be relied on to do that, since the sweep that was
 * running may have died with its process; and every few beats gives back the jobs of pools that stopped beating.
 */
export async function keepSweeping(
  { db, log }: { readonly db: Database; readonly log: Logger },
  beatCount: number,
): Promise<void> {
  await wake(db.sql, [{ name: 'sweep', payload: {} }]);

  if (beatCount % BEATS_PER_RECOVERY === 0) {
    const pools = await recoverJobs(db.sql);
    if (pools > 0) log.warn({ pools }, 'gave back the jobs of dead workers');
  }
}
