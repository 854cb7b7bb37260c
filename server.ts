/**
 * The web process. One port for everything:
 *
 *     /api/v1/*, /healthz, /readyz ──> the Hono app of api/        (30 times cheaper than through Next)
 *     everything else              ──> Next: pages, sign-in, and in development hot reload
 *
 * Any number of them share a database.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import next from 'next';
import { createApi } from '#api/app.ts';
import { openDatabase } from '#db/database.ts';
import { migrate } from '#db/migrate.ts';
import { checkReadiness } from '#operations/health/ready.ts';
import { defaultProject } from '#operations/projects/default.ts';
import { ensureAdmin } from '#operations/users/ensure_admin.ts';
import manifest from './package.json' with { type: 'json' };
import { askedToStop, createLogger, end, reportReady, settingsOrExit } from './lifecycle.ts';
import { startPulse } from './pulse.ts';

/** Longer than the idle time of common proxies, so that it is they who close a connection and no request meets a closing one. */
const KEEP_ALIVE_MS = 75_000;
const IDLE_SWEEP_MS = 50;

const settings = settingsOrExit();
const log = createLogger('web', settings);
const stopAsked = askedToStop();
const stopping = new AbortController();

await migrate(settings.databaseUrl);
const db = openDatabase({
  url: settings.databaseUrl,
  name: 'latchwork web',
  engineConnections: settings.engineConnections,
  readConnections: settings.readConnections,
});
await ensureGivenAdmin();

handOnToNextAuth();

const api = createApi({
  db,
  log,
  sessionSecret: settings.authSecret,
  publicUrl: settings.publicUrl ?? null,
  limits: { single: settings.bodyLimitBytes, batch: settings.batchBodyLimitBytes },
  outboundPolicy: settings.deliveryPolicy,
  version: manifest.version,
  checkReadiness: () => checkReadiness(db),
  stopping: stopping.signal,
});
const pages = next({
  dev: settings.mode === 'development',
  dir: fileURLToPath(new URL('.', import.meta.url)),
  hostname: settings.host,
  port: settings.port,
});
await pages.prepare();

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
const answerApi = getRequestListener(api.fetch);
const answerPage = pages.getRequestHandler();
const upgradePage = pages.getUpgradeHandler();
server.on('request', (request, response) => {
  // Or a worker that asks again at once would keep its connection, and us, alive.
  if (stopping.signal.aborted) response.setHeader('connection', 'close');
  void (isForApi(request) ? answerApi(request, response) : answerPage(request, response));
});
server.on('upgrade', (request, socket, head) => {
  void upgradePage(request, socket, head);
});
server.listen(settings.port, settings.host);
await once(server, 'listening');

const pulse = startPulse(
  { db, log },
  { id: randomUUID(), kind: 'web', host: hostname(), pid: process.pid },
);
log.info({ host: settings.host, port: settings.port }, 'ready');
reportReady();

const reason = await stopAsked;
await end(
  async () => {
    await closeServer();
    await pulse.stop();
    await Promise.all([pages.close(), db.close()]);
  },
  { reason, code: 0, log, seconds: settings.stopSeconds },
);

/** What is under way is answered, what only waits is sent away, and then the connections are closed. */
async function closeServer(): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  stopping.abort();

  // `close` ends the connections that are idle now; those whose answer comes later would be kept alive.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  await closed;
  clearInterval(sweep);
}

function isForApi({ url = '' }: IncomingMessage): boolean {
  return /^\/(api\/v1|healthz|readyz)(?=[/?]|$)/.test(url);
}

/** For those who run the processes themselves: `npm start` makes the first person with a password that it shows. */
async function ensureGivenAdmin(): Promise<void> {
  const { adminEmail: email, adminPassword: password } = settings;
  if (password === undefined) return;

  const projectId = await defaultProject(db);
  const clock = (): Date => new Date();
  await ensureAdmin({ db, projectId, actor: { kind: 'system' }, clock, log }, { email, password });
}

/** It runs inside Next's bundle and knows the environment only. */
function handOnToNextAuth(): void {
  /* oxlint-disable node/no-process-env */
  process.env.NEXTAUTH_SECRET = settings.authSecret;
  process.env.NEXTAUTH_URL = settings.publicUrl ?? `http://localhost:${settings.port}`;
  /* oxlint-enable node/no-process-env */
}
