/**
 * The pulse of a worker process. Once a second it says that its pools live, and sees to it that a sweep is pending, for nothing else may
 * be relied on to do that: the sweep that was running may have died with its process. Every few seconds it gives back the jobs of pools
 * that stopped beating. An outage of the database is logged once, and again when it is over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { beat, leave, recoverJobs, type ProcessRow } from '#db/processes.ts';
import type { Logger } from '#operations/context.ts';

const BEAT_MS = 1000;
const BEATS_PER_RECOVERY = 5;

export type Pulse = {
  /** Settles when the first beat is in the database. */
  readonly begun: Promise<void>;
  stop(): Promise<void>;
};

export function startPulse(
  { db, log }: { readonly db: Database; readonly log: Logger },
  rows: readonly ProcessRow[],
): Pulse {
  const stopping = new AbortController();
  const begun = Promise.withResolvers<void>();

  const ended = (async () => {
    let failing = false;

    for (let count = 0; !stopping.signal.aborted; count += 1) {
      try {
        await onBeat({ db, log }, rows, count);
        if (failing) log.info({}, 'the database answers again');
        failing = false;
        begun.resolve();
      } catch (error) {
        if (!failing) log.error({ err: error }, 'the database does not answer');
        failing = true;
      }
      await pause(BEAT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    begun: begun.promise,
    async stop() {
      stopping.abort();
      await ended;
      await leave(
        db.sql,
        rows.map((row) => row.id),
      ).catch((error: unknown) => log.warn({ err: error }, 'could not say goodbye'));
    },
  };
}

async function onBeat(
  { db, log }: { readonly db: Database; readonly log: Logger },
  rows: readonly ProcessRow[],
  count: number,
): Promise<void> {
  await beat(db.sql, rows);
  await wake(db.sql, [{ name: 'sweep', payload: {} }]);

  if (count % BEATS_PER_RECOVERY === 0) {
    const recovered = await recoverJobs(db.sql);
    if (recovered > 0) log.warn({ pools: recovered }, 'gave back the jobs of dead workers');
  }
}
