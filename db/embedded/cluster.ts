/** The files of an embedded server, and how they come to be. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { chooseAccount, type Account } from './account.ts';
import { embeddedBinaries, type Binaries } from './binaries.ts';
import { readIfThere } from './read.ts';

export type Cluster = {
  readonly home: string;
  readonly data: string;
  readonly password: string;
  readonly log: string;
  readonly binaries: Binaries;
  readonly account: Account;
};

/** Finds the binaries, chooses who runs them, and makes the cluster unless it is there. */
export async function openCluster(home: string): Promise<Cluster> {
  const binaries = embeddedBinaries();
  // The folders above must stay open to whatever account will run the server.
  mkdirSync(path.dirname(home), { recursive: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  refuseForeign(home);

  const data = path.resolve(home, 'data');
  const cluster: Cluster = {
    home: path.resolve(home),
    data,
    password: path.resolve(home, 'password'),
    log: path.resolve(home, 'log'),
    binaries,
    account: chooseAccount([binaries.directory, home], statSync(data, { throwIfNoEntry: false })),
  };
  own(cluster, cluster.home);
  await createCluster(cluster);

  return cluster;
}

function refuseForeign(home: string): void {
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `${home} belongs to another user. Start Latchwork as that user, or choose another place in LATCHWORK_DATA.`,
      { cause: error },
    );
  }
}

async function createCluster(cluster: Cluster): Promise<void> {
  const version = readIfThere(path.join(cluster.data, 'PG_VERSION'))?.trim();

  if (version !== undefined && version !== cluster.binaries.major) {
    throw new Error(
      `The data in ${cluster.home} was written by Postgres ${version}, and this release brings Postgres ${cluster.binaries.major}. ` +
        `docs/configuration.md, "Upgrading the embedded database", says how to move it.`,
    );
  }
  if (version !== undefined) return;

  setAside(cluster.data);
  writeFileSync(cluster.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  own(cluster, cluster.password);

  await initdb(cluster);
}

/** Most likely an initdb that was interrupted; but what may be somebody's database is never deleted. */
function setAside(data: string): void {
  if (existsSync(data)) renameSync(data, `${data}-incomplete-${Date.now()}`);
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

function own({ account }: Cluster, file: string): void {
  if (account.ids.uid !== undefined) chownSync(file, account.ids.uid, account.ids.gid);
}
