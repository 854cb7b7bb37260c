/**
 * The database of people who bring none: real Postgres binaries from npm, on loopback only, behind a random password.
 *
 *     home/data       the cluster           home/password   0600, of the role `latchwork`
 *     home/log        what Postgres says
 *
 * The server is detached from us on purpose: Ctrl-C in the terminal must reach the web and worker processes first, and a supervisor
 * that is killed must not take the database with it in the middle of a write. The next start finds the orphan through
 * `postmaster.pid` and takes it over. What a crash can leave behind is mended here, so that nobody ever deletes a file by hand.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { openCluster, type Cluster } from './embedded/cluster.ts';
import { dropStaleLock, orphanExit, postmaster, signal } from './embedded/postmaster.ts';
import { readIfThere } from './embedded/read.ts';

export type Embedded = {
  /** Of the database `latchwork`, role `latchwork`, who owns the whole cluster. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It was running already: left by a supervisor that was killed, or shared with one that lives. */
  readonly reused: boolean;
  /** Settles when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  /** A fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Postgres parameters, as after `-c`. They do not reach a server that is reused. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where its clients look for it; any free one unless given. It does not reach a server that is reused. */
  readonly port?: number;
};

/** For the product: default durability (a commit is on disk when it answers), and room for a steady stream of small commits. */
export const PRODUCT_PARAMETERS = {
  shared_buffers: '256MB',
  max_connections: '100',
  wal_compression: 'on',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
} as const;

/** For tests: nothing is kept, so nothing waits for the disk. */
export const TEST_PARAMETERS = {
  shared_buffers: '64MB',
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
} as const;

/** A start that heals a crash may have to wait until the backends of the dead server have noticed; they look every few seconds. */
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

export async function startEmbedded(
  home: string,
  { parameters = {}, port }: EmbeddedOptions = {},
): Promise<Embedded> {
  const cluster = await openCluster(home);
  const server = await adopt(cluster);
  if (server) return describe(cluster, server);

  return describe(cluster, await launch(cluster, parameters, port));
}

type Server = { readonly pid: number; readonly port: number; readonly child?: ChildProcess };

/** The server that already runs on this directory, if one does, as soon as it takes connections. */
async function adopt({ data }: Cluster): Promise<Server | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;

  while (Date.now() < deadline) {
    const running = postmaster(data);
    if (!running) return undefined;
    if (running.ready) return running;
    await delay(POLL_MS);
  }

  throw new Error(`The Postgres on ${data} runs but does not take connections.`);
}

async function launch(
  cluster: Cluster,
  parameters: Readonly<Record<string, string>>,
  wantedPort: number | undefined,
): Promise<Server> {
  const deadline = Date.now() + START_TIMEOUT_MS;

  for (;;) {
    await dropStaleLock(cluster.data);
    const attempt = await tryLaunch(cluster, parameters, wantedPort ?? (await freePort()));
    if (attempt.started) return attempt.server;

    // After a kill -9 the orphaned backends hold the shared memory and the port for a moment longer.
    const passing =
      /pre-existing shared memory block|lock file .* already exists|Address already in use/.test(
        attempt.complaint,
      );
    if (!passing || Date.now() > deadline) {
      throw new Error(`Postgres did not start on ${cluster.data}: ${attempt.complaint}`);
    }

    await delay(10 * POLL_MS);
    const other = await adopt(cluster);
    if (other) return other;
  }
}

type Attempt =
  | { readonly started: true; readonly server: Server }
  | { readonly started: false; readonly complaint: string };

async function tryLaunch(
  cluster: Cluster,
  parameters: Readonly<Record<string, string>>,
  port: number,
): Promise<Attempt> {
  const { account, binaries, data, home, log } = cluster;
  if (size(log) > LOG_LIMIT_BYTES) rmSync(log);
  const from = size(log);
  const out = openSync(log, 'a', 0o600);
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...parameters,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(...account.command(binaries.postgres, ['-D', data, ...args]), {
    ...account.ids,
    cwd: home,
    stdio: ['ignore', out, out],
    detached: true,
  });
  closeSync(out);

  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', () => (failure ??= readIfThere(log)?.slice(from).trim() ?? 'no reason given'));

  while (failure === undefined) {
    const running = postmaster(data);
    if (running?.ready && running.pid === child.pid) {
      child.unref();
      return { started: true, server: { pid: running.pid, port: running.port, child } };
    }
    await delay(POLL_MS);
  }

  return { started: false, complaint: failure };
}

async function describe(cluster: Cluster, { pid, port, child }: Server): Promise<Embedded> {
  const password = readFileSync(cluster.password, 'utf8');
  const url = `postgres://latchwork:${password}@127.0.0.1:${port}/latchwork`;
  const exited = child ? childExit(child) : orphanExit(cluster.data, pid);

  await createDatabase(url);

  return {
    url,
    port,
    pid,
    reused: !child,
    exited,
    async stop() {
      // Neither the detached child nor the watch over an orphan keeps the event loop alive while we wait.
      const awake = setInterval(() => undefined, POLL_MS);
      signal(pid, 'SIGINT');
      await exited;
      clearInterval(awake);
    },
  };
}

/** initdb makes only the maintenance database. */
async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const sql = postgres(maintenance.href, { max: 1, onnotice: () => undefined });

  try {
    const [found] = await sql`select from pg_database where datname = 'latchwork'`;
    if (!found) await sql`create database latchwork`;
  } finally {
    await sql.end();
  }
}

async function childExit(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');

  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

function size(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
