/** The database of an installation that `npm start` runs: one of the person's own, or the embedded one, which is kept running. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { PRODUCT_PARAMETERS, startEmbedded, type Embedded } from '#db/embedded.ts';

export type InstallationDatabase = {
  readonly url: string;
  readonly embedded: boolean;
  /** For people, without the password. */
  readonly description: string;
  stop(): Promise<void>;
};

type Say = (line: string) => void;

/** How an `npm start` that uses the embedded server is known to others that share it. */
const KEEPER = 'latchwork npm start';
const RESTART_PAUSE_MS = 1000;

export function ownDatabase(url: string): InstallationDatabase {
  const { host, pathname, username } = new URL(url);

  return {
    url,
    embedded: false,
    description: `${username ? `${username}@` : ''}${host}${pathname}`,
    stop: () => Promise.resolve(),
  };
}

export async function embeddedDatabase(
  dataDirectory: string,
  sayTo: Say,
): Promise<InstallationDatabase> {
  const home = path.join(dataDirectory, 'postgres');
  const first = await startEmbedded(home, { parameters: PRODUCT_PARAMETERS });
  const keeper = await register(first.url);
  const watch = keepRunning(home, first, sayTo);

  return {
    url: first.url,
    embedded: true,
    description: `embedded Postgres on 127.0.0.1:${first.port}`,
    async stop() {
      const last = await watch.stop();
      const shared = await isShared(keeper);
      await keeper.end({ timeout: 1 });
      if (!shared) await last.stop();
    },
  };
}

/** Starts the server again, on the port that everyone knows, when it ends without having been asked to. */
function keepRunning(home: string, first: Embedded, sayTo: Say): { stop(): Promise<Embedded> } {
  let server = first;
  let stopping = false;
  let restart = Promise.resolve();

  const follow = (): void => {
    void server.exited.then(() => {
      if (!stopping) restart = again();
    });
  };

  const again = async (): Promise<void> => {
    sayTo('the database ended; it is started again');

    while (!stopping) {
      try {
        server = await startEmbedded(home, {
          parameters: PRODUCT_PARAMETERS,
          port: first.port,
        });
        return follow();
      } catch (error) {
        sayTo(`the database does not start: ${(error as Error).message}`);
        await pause(RESTART_PAUSE_MS);
      }
    }
  };

  follow();

  return {
    async stop() {
      stopping = true;
      await restart;
      return server;
    },
  };
}

/** A connection of ours that lasts as long as we do: the server itself then knows who still needs it. */
async function register(url: string): Promise<postgres.Sql> {
  const keeper = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: KEEPER },
  });
  await keeper`select 1`;
  return keeper;
}

async function isShared(keeper: postgres.Sql): Promise<boolean> {
  try {
    const [row] = await keeper<{ others: number }[]>`
      select count(*)::int as others
      from pg_stat_activity
      where application_name = ${KEEPER} and pid <> pg_backend_pid()
    `;
    return (row?.others ?? 0) > 0;
  } catch {
    // It is down already.
    return false;
  }
}
