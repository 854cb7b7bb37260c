/**
 * The REST API for Next alone (`next dev`, `next start`): the same app that server.ts serves in front of Next, which is far cheaper and
 * the way it runs in production. /healthz and /readyz are server.ts's only.
 */
import { createApi, type Api } from '#api/app.ts';
import { openDatabase } from '#db/database.ts';
import { createLogger, settingsOrExit } from '../../../lifecycle.ts';
import manifest from '../../../package.json' with { type: 'json' };

export const dynamic = 'force-dynamic';

/** Opened at the first request, and kept over hot reloads. */
const HELD = Symbol.for('latchwork.api');
const holder = globalThis as { [HELD]?: Api };

function api(): Api {
  holder[HELD] ??= open();
  return holder[HELD];
}

function open(): Api {
  const settings = settingsOrExit();

  return createApi({
    db: openDatabase({
      url: settings.databaseUrl,
      name: 'latchwork pages',
      engineConnections: settings.engineConnections,
      readConnections: settings.readConnections,
    }),
    log: createLogger('web', settings),
    sessionSecret: settings.authSecret,
    publicUrl: settings.publicUrl ?? null,
    limits: { single: settings.bodyLimitBytes, batch: settings.batchBodyLimitBytes },
    outboundPolicy: settings.deliveryPolicy,
    version: manifest.version,
  });
}

const answer = (request: Request): Response | Promise<Response> => api().fetch(request);

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
