/** Postgres refuses to run as root, so root lends it another account; everyone else runs it as themselves. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

type Ids = { readonly uid: number; readonly gid: number };

export type Account = {
  /** For `spawn`, `chown`; empty: as we are. */
  readonly ids: Ids | { uid?: never; gid?: never };
  /** How a program is called so that it runs as this account. */
  command(program: string, args: readonly string[]): [string, string[]];
};

const SELF: Account = { ids: {}, command: (program, args) => [program, [...args]] };

/**
 * `paths`: what the account must be able to reach, the binaries and the data. `owner`: of the data that is there already; it stays the
 * same when the machine gets an account `postgres` later.
 */
export function chooseAccount(paths: readonly string[], owner?: Ids): Account {
  if (process.getuid?.() !== 0) return SELF;

  const accounts = owner ? [owner] : ['postgres', 'nobody', 'daemon'].map(lookUp);
  const ids = accounts.find((found) => found !== undefined && found.uid !== 0);
  if (ids && paths.every((each) => reaches(ids, path.dirname(each)))) return { ...SELF, ids };
  if (canUnshare()) return UNSHARED;

  throw new Error(
    `Postgres does not run as root, and no other account can reach ${paths.join(' and ')}. ` +
      'Move the checkout (and LATCHWORK_DATA) to a place that every user may enter, such as /srv or /opt, run as an ordinary user, ' +
      'or set DATABASE_URL to a Postgres of your own.',
  );
}

/**
 * For a checkout under /root, which no other account may enter: a user namespace in which root is called nobody. The files stay
 * root's, and Postgres sees a user id that is not 0.
 */
const UNSHARED: Account = {
  ids: {},
  command: (program, args) => [
    'unshare',
    ['--user', '--map-user=65534', '--map-group=65534', program, ...args],
  ],
};

function canUnshare(): boolean {
  const [command, args] = UNSHARED.command('true', []);
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function lookUp(name: string): Ids | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((each) => each.split(':'))
    .find(([account]) => account === name);

  return line ? { uid: Number(line[2]), gid: Number(line[3]) } : undefined;
}

/** Whether the account may pass through this directory and all above it. */
function reaches(ids: Ids, directory: string): boolean {
  const { uid, gid, mode } = statSync(directory);
  const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
  const parent = path.dirname(directory);

  return (mode & bit) !== 0 && (parent === directory || reaches(ids, parent));
}
