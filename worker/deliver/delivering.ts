import { hostname } from 'node:os';
import type { Database } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { Outbound } from '#delivery/http.ts';
import { Pump } from '#delivery/pump.ts';
import { createPumps, type WorkName } from '#delivery/pumps.ts';
import { pushPort } from '#delivery/push_port.ts';
import { isInternalWork } from '#engine/plan.ts';
import type { Context, Logger } from '#operations/context.ts';
import { READY_CHANNEL, type ReadyPayload } from '#operations/instances/announce.ts';
import type { Tools } from '../executors/executor.ts';
import { EXECUTORS } from '../executors/registry.ts';
import { createScriptPool } from '../sandbox/pool.ts';
import { pushRows } from './push_rows.ts';

export type DeliveringOptions = {
  readonly db: Database;
  readonly outbound: Outbound;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly publicUrl: string;
  /** Default 2. */
  readonly scriptThreads?: number;
  /** Requests of `http` nodes under way at once, and as many notifications (default 64). */
  readonly httpConcurrency?: number;
};

/**
 * What this process pushes to workers and what it runs itself. Both go on beside the jobs, which only wake them: a slow endpoint must not
 * hold a job's place.
 */
export type Delivering = {
  /** Tasks of this work may be ready. Returns at once. */
  readonly wake: (name: WorkName) => void;
  /** Awaits what is under way for `graceMs`, hands the rest back, and wakes somebody else for what is still ready. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Pushes of one work under way at once, whatever the work wishes: as many as the client opens connections to one origin. */
const MOST_REQUESTS = 256;

/**
 * Pumps are woken by `deliver` jobs, which are in the transaction that made the tasks ready and survive everything, and by notifications,
 * which may be lost but come within a millisecond; those reach only pumps that a job has woken before.
 */
export async function startDelivering(options: DeliveringOptions): Promise<Delivering> {
  const { db, outbound, clock, log, publicUrl, scriptThreads = 2, httpConcurrency = 64 } = options;
  const scripts = createScriptPool({ threads: scriptThreads });
  const pump: Tools['pump'] = (port, concurrency = 64) =>
    new Pump({ port, clock, log, concurrency });
  const tools: Tools = {
    outbound,
    scripts,
    scriptThreads,
    httpConcurrency,
    publicUrl,
    pump,
    worker: `Latchwork on ${hostname()}`,
  };

  const pumps = createPumps({
    pumpsOf: ({ projectId, work }) => {
      const ctx: Context = { db, projectId, actor: { kind: 'system' }, clock, log };

      if (isInternalWork(work)) return EXECUTORS.get(work)?.(ctx, tools) ?? [];

      const rows = pushRows(ctx, { work, publicUrl, worker: `push from ${hostname()}` });
      return [pump(pushPort({ rows, outbound, log, clock }), MOST_REQUESTS)];
    },
    cutOff: async () => {
      await Promise.all([outbound.close(), scripts.close()]);
    },
  });
  const stopListening = await db.listen(READY_CHANNEL, (text) => {
    // Written by `announce`.
    const payload = JSON.parse(text) as ReadyPayload;

    for (const work of Object.keys(payload.n)) pumps.nudge({ projectId: payload.p, work });
  });

  return {
    wake: (name) => pumps.wake(name),

    async stop(graceMs) {
      // Nothing more is claimed from here on, however long the database takes to hear that nobody listens.
      const [left] = await Promise.all([pumps.stop(graceMs), stopListening()]);
      await wake(db.sql, [], left);
    },
  };
}
