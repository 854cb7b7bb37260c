import { hostname } from 'node:os';
import type { Database } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Outbound } from '#delivery/http.ts';
import { createPumps, type WorkName } from '#delivery/pumps.ts';
import type { Logger } from '#operations/context.ts';
import { READY_CHANNEL, type ReadyPayload } from '#operations/instances/announce.ts';
import { pushPort } from './port.ts';

export type DeliveringOptions = {
  readonly db: Database;
  readonly outbound: Outbound;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly publicUrl: string;
};

/** The pushes of this process. They go on beside the jobs, which only wake them: a slow endpoint must not hold a job's place. */
export type Delivering = {
  /** Tasks of this work may be ready. Returns at once. */
  readonly wake: (name: WorkName) => void;
  /** Awaits what is under way for `graceMs`, hands the rest back, and wakes somebody else for what is still ready. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/**
 * Pumps are woken by `deliver` jobs, which are in the transaction that made the tasks ready and survive everything, and by notifications,
 * which may be lost but come within a millisecond; those reach only pumps that a job has woken before.
 */
export async function startDelivering(options: DeliveringOptions): Promise<Delivering> {
  const { db, outbound, clock, log, publicUrl } = options;

  const pumps = createPumps({
    outbound,
    clock,
    log,
    portOf: ({ projectId, work }) =>
      pushPort(
        { db, projectId, actor: { kind: 'system' }, clock, log },
        { work, publicUrl, worker: `push from ${hostname()}` },
      ),
  });
  const stopListening = await db.listen(READY_CHANNEL, (text) => {
    // Written by `announce`.
    const payload = JSON.parse(text) as ReadyPayload;

    for (const work of Object.keys(payload.n)) pumps.nudge({ projectId: payload.p, work });
  });

  return {
    wake: (name) => pumps.wake(name),

    async stop(graceMs) {
      await stopListening();
      await wake(db.sql, [], await pumps.stop(graceMs));
    },
  };
}
