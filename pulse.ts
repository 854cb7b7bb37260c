/**
 * Says once a second that this process lives, and does what else must happen that often. An outage of the database is logged once, and
 * again when it is over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '#db/database.ts';
import { beat, leave, type ProcessRow } from '#db/processes.ts';
import type { Logger } from '#operations/context.ts';

const BEAT_MS = 1000;

export type Pulse = {
  /** Settles when the first beat is in the database. */
  readonly begun: Promise<void>;
  stop(): Promise<void>;
};

export function startPulse(
  { db, log }: { readonly db: Database; readonly log: Logger },
  row: ProcessRow,
  onBeat: (count: number) => Promise<void> = () => Promise.resolve(),
): Pulse {
  const stopping = new AbortController();
  const begun = Promise.withResolvers<void>();

  const run = async (): Promise<void> => {
    let failing = false;

    for (let count = 0; !stopping.signal.aborted; count += 1) {
      try {
        await beat(db.sql, [row]);
        await onBeat(count);
        if (failing) log.warn({}, 'the database answers again');
        failing = false;
        begun.resolve();
      } catch (error) {
        if (!failing) log.error({ err: error }, 'the database does not answer');
        failing = true;
      }
      await pause(BEAT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = run();

  return {
    begun: begun.promise,
    async stop() {
      stopping.abort();
      await ended;
      await leave(db.sql, [row.id]).catch((error: unknown) =>
        log.warn({ err: error }, 'could not say goodbye'),
      );
    },
  };
}
