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
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { chooseAccount, type Account } from './embedded_account.ts';
import { embeddedBinaries, type Binaries } from './embedded_binaries.ts';

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
/** How often a server that is not our child is looked at. */
const WATCH_MS = 500;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

export async function startEmbedded(
  home: string,
  { parameters = {}, port }: EmbeddedOptions = {},
): Promise<Embedded> {
  const binaries = embeddedBinaries();
  // The folders above must stay open to whatever account will run the server.
  mkdirSync(path.dirname(home), { recursive: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const account = chooseAccount([binaries.directory, home]);
  const cluster: Cluster = {
    home: path.resolve(home),
    data: path.join(path.resolve(home), 'data'),
    password: path.join(path.resolve(home), 'password'),
    log: path.join(path.resolve(home), 'log'),
    binaries,
    account,
  };

  own(cluster, cluster.home);
  await createCluster(cluster);

  const server = await adopt(cluster);
  if (server) return describe(cluster, server);

  return describe(cluster, await launch(cluster, parameters, port));
}

type Cluster = {
  readonly home: string;
  readonly data: string;
  readonly password: string;
  readonly log: string;
  readonly binaries: Binaries;
  readonly account: Account;
};

type Server = { readonly pid: number; readonly port: number; readonly child?: ChildProcess };

async function createCluster(cluster: Cluster): Promise<void> {
  const version = read(path.join(cluster.data, 'PG_VERSION'))?.trim();

  if (version !== undefined && version !== cluster.binaries.major) {
    throw new Error(
      `The data in ${cluster.home} was written by Postgres ${version}, and this release brings Postgres ${cluster.binaries.major}. ` +
        `docs/configuration.md, "Upgrading the embedded database", says how to move it.`,
    );
  }
  if (version !== undefined) return;

  rmSync(cluster.data, { recursive: true, force: true }); // an initdb that was interrupted writes PG_VERSION last
  writeFileSync(cluster.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  own(cluster, cluster.password);

  await initdb(cluster);
}

async function initdb({ account, binaries, data, home, password }: Cluster): Promise<void> {
  const child = spawn(
    ...account.command(
      binaries.initdb,
      [
        ['-D', data, '-U', 'latchwork', '-A', 'scram-sha-256', `--pwfile=${password}`],
        // Postgres's own provider: the same order of text on every machine, and no system locale needed.
        ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ].flat(),
    ),
    { ...account.ids, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));

  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Error(`Postgres could not create its data directory ${data}: ${complaint.trim()}`);
  }
}

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
    await dropStaleLock(cluster);
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

/**
 * `postmaster.pid` names a process that is gone, or a zombie its parent has not reaped, or another program (a restarted container
 * counts its pids from the start): Postgres only asks whether the pid lives and would refuse to start for ever.
 */
async function dropStaleLock({ data }: Cluster): Promise<void> {
  const lock = path.join(data, 'postmaster.pid');
  if (!existsSync(lock) || postmaster(data)) return;

  await delay(15 * POLL_MS); // it may be one that is just being written
  if (!postmaster(data)) rmSync(lock, { force: true });
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
  child.once('exit', () => (failure ??= read(log)?.slice(from).trim() ?? 'no reason given'));

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
      const awake = setInterval(() => undefined, WATCH_MS);
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

async function orphanExit(data: string, pid: number): Promise<void> {
  while (postmaster(data)?.pid === pid) {
    await delay(WATCH_MS, undefined, { ref: false });
  }
}

/** What `postmaster.pid` says, if the process it names lives and is a Postgres. */
function postmaster(data: string): { pid: number; port: number; ready: boolean } | undefined {
  // Line by line: pid, data directory, start time, port, socket directory, address, shared memory, state.
  const lines = read(path.join(data, 'postmaster.pid'))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isSafeInteger(pid) || pid <= 0 || !signal(pid, 0)) return undefined;

  // Empty for a zombie. Where there is no /proc (macOS) the pid alone has to do.
  const command = read(`/proc/${pid}/cmdline`);
  if (command !== undefined && !command.includes('postgres')) return undefined;

  return { pid, port: Number(lines[3]), ready: lines[7]?.startsWith('ready') ?? false };
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');

  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

function own({ account }: Cluster, file: string): void {
  if (account.ids.uid !== undefined) chownSync(file, account.ids.uid, account.ids.gid);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function size(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
