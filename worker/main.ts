/** The worker process: runs the jobs of worker/jobs/. Any number of them share a database, on any number of machines. */
import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { makeWorkerUtils, run, type Runner, type WorkerEvents } from 'graphile-worker';
import { openDatabase } from '#db/database.ts';
import { wake } from '#db/jobs.ts';
import { migrate } from '#db/migrate.ts';
import type { ProcessRow } from '#db/processes.ts';
import { createMailer } from '#delivery/alerts/email.ts';
import { createAlertSender } from '#delivery/alerts/send.ts';
import { createOutbound } from '#delivery/http.ts';
import { outboundGuards } from '#engine/outbound/target.ts';
import { askedToStop, createLogger, end, reportReady, settingsOrExit } from '../lifecycle.ts';
import { startPulse } from '../pulse.ts';
import { graphileLog } from './graphile_log.ts';
import { startDelivering } from './deliver/delivering.ts';
import { startNotifying } from './deliver/notifying.ts';
import { keepSweeping } from './health.ts';
import type { JobContext } from './job.ts';
import { CRONTAB, taskList } from './tasks.ts';

const settings = settingsOrExit();
const log = createLogger('worker', settings);
const stopAsked = askedToStop();
const stopping = new AbortController();

await migrate(settings.databaseUrl);
const db = openDatabase({
  url: settings.databaseUrl,
  name: 'latchwork worker',
  engineConnections: settings.engineConnections,
  readConnections: settings.readConnections,
});
const clock = () => new Date();
const outbound = createOutbound({ policy: settings.deliveryPolicy });
const publicUrl = settings.publicUrl ?? `http://localhost:${settings.port}`;
const delivering = await startDelivering({
  db,
  outbound,
  clock,
  log,
  publicUrl,
  scriptThreads: settings.scriptThreads,
  httpConcurrency: settings.httpConcurrency,
});
const notifying = startNotifying({
  db,
  clock,
  log,
  publicUrl,
  policy: settings.deliveryPolicy,
  disableAfterDays: settings.endpointDisableDays,
});
const ctx: JobContext = {
  db,
  delivering,
  notifying,
  outbound,
  guards: outboundGuards(settings.deliveryPolicy),
  alertSender: createAlertSender({
    outbound,
    mailer: createMailer({ policy: settings.deliveryPolicy }),
    clock,
  }),
  publicUrl,
  retentionDays: settings.retentionDays,
  clock,
  log,
  stopping: stopping.signal,
};

await dropDeadJobs();
await wake(ctx.db.sql, [{ name: 'retain', payload: {} }]);

const pool = await startPool();
const pulse = startPulse(ctx, pool.row, (count) => keepSweeping(ctx, count));
await pulse.begun;
log.info({}, 'ready');
reportReady();

const poolEnded = pool.runner.promise.then(
  () => 'the job pool ended by itself',
  (error: unknown) => `the job pool failed: ${String(error)}`,
);
const ending = await Promise.race([
  stopAsked.then((reason) => ({ reason, code: 0 })),
  poolEnded.then((reason) => ({ reason, code: 1 })),
]);

await end(
  async () => {
    stopping.abort();
    const graceMs = settings.stopSeconds * 500;
    await Promise.allSettled([
      pool.runner.stop(),
      delivering.stop(graceMs),
      notifying.stop(graceMs),
    ]);
    await pulse.stop();
    await db.close();
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

async function startPool(): Promise<{ readonly runner: Runner; readonly row: ProcessRow }> {
  const events: WorkerEvents = new EventEmitter();
  // Emitted before `run` settles.
  const id = new Promise<string>((resolve) => {
    events.once('pool:create', ({ workerPool }) => resolve(workerPool.id));
  });
  const runner = await run({
    connectionString: settings.databaseUrl,
    concurrency: settings.workerConcurrency,
    crontab: CRONTAB,
    taskList: taskList(ctx),
    events,
    logger: graphileLog(log),
    noHandleSignals: true,
    // Measured: nine times the throughput of fetching and completing jobs one by one.
    preset: {
      worker: { localQueue: { size: 200 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
    },
  });

  return { runner, row: { id: await id, kind: 'worker', host: hostname(), pid: process.pid } };
}
