/** The worker process: runs the jobs of worker/jobs/. Any number of them share a database, on any number of machines. */
import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { makeWorkerUtils, run, type Runner, type WorkerEvents } from 'graphile-worker';
import { openDatabase } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import type { ProcessRow } from '#db/processes.ts';
import { createOutbound } from '#delivery/http.ts';
import { askedToStop, createLogger, end, reportReady, settingsOrExit } from '../lifecycle.ts';
import { graphileLog } from './graphile_log.ts';
import { startPulse } from './health.ts';
import type { JobContext } from './job.ts';
import { CRONTAB, taskList, type PoolName } from './tasks.ts';

const settings = settingsOrExit();
const log = createLogger('worker', settings);
const stopAsked = askedToStop();
const stopping = new AbortController();

const ctx: JobContext = {
  db: openDatabase({
    url: settings.databaseUrl,
    name: 'latchwork worker',
    engineConnections: settings.engineConnections,
    readConnections: settings.readConnections,
  }),
  outbound: createOutbound({ policy: settings.deliveryPolicy }),
  clock: () => new Date(),
  log,
  publicUrl: settings.publicUrl ?? `http://localhost:${settings.port}`,
  stopping: stopping.signal,
};

await dropDeadJobs();
await wake(ctx.db.sql, [{ name: 'retain', payload: {} }]);

const moves = await startPool('moves', {
  concurrency: settings.workerConcurrency,
  crontab: CRONTAB,
  // Measured: nine times the throughput of fetching and completing jobs one by one.
  preset: {
    worker: { localQueue: { size: 200 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
  },
});
// Without a local queue: what one process cannot send yet, another may.
const deliveries = await startPool('deliveries', { concurrency: settings.workerConcurrency });

const pulse = startPulse(ctx, [moves.row, deliveries.row]);
await pulse.begun;
log.info({}, 'ready');
reportReady();

const poolEnded = Promise.race([moves, deliveries].map((pool) => pool.runner.promise)).then(
  () => 'a job pool ended by itself',
  (error: unknown) => `a job pool failed: ${String(error)}`,
);
const ending = await Promise.race([
  stopAsked.then((reason) => ({ reason, code: 0 })),
  poolEnded.then((reason) => ({ reason, code: 1 })),
]);

await end(
  async () => {
    stopping.abort();
    await Promise.allSettled([moves.runner.stop(), deliveries.runner.stop()]);
    await pulse.stop();
    await Promise.all([ctx.outbound.close(), ctx.db.close()]);
  },
  { ...ending, log, seconds: settings.stopSeconds },
);

/** What a recovered pool had in hand when a newer wake-up replaced it is never run again: it only takes room. */
async function dropDeadJobs(): Promise<void> {
  const utils = await makeWorkerUtils({
    connectionString: settings.databaseUrl,
    logger: graphileLog(log),
  });

  try {
    await utils.cleanup({ tasks: ['DELETE_PERMAFAILED_JOBS'] });
  } finally {
    await utils.release();
  }
}

type PoolOptions = Omit<Parameters<typeof run>[0], 'connectionString'>;

async function startPool(
  name: PoolName,
  options: PoolOptions,
): Promise<{ readonly runner: Runner; readonly row: ProcessRow }> {
  const events: WorkerEvents = new EventEmitter();
  // Emitted before `run` settles.
  const pool = new Promise<string>((resolve) => {
    events.once('pool:create', ({ workerPool }) => resolve(workerPool.id));
  });
  const runner = await run({
    ...options,
    connectionString: settings.databaseUrl,
    taskList: taskList(name, ctx),
    events,
    logger: graphileLog(log.child({ pool: name })),
    noHandleSignals: true,
  });

  return {
    runner,
    row: { id: await pool, kind: 'worker', host: hostname(), pid: process.pid },
  };
}
