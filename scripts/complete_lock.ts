/**
 * Run after every change of packages: `npm exec -- node scripts/complete_lock.ts`.
 *
 * Native packages list one optional package per platform. Where a registry mirror does not hold all of them yet, npm leaves those out of
 * package-lock.json without a word, and then `npm ci` refuses the lock on every machine ("Missing: … from lock file"). This adds what is
 * missing: a name, a version and the platform, which is all that npm needs to pass over it here and to fetch it there.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export type LockedPackage = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

export type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> };

const FILE = new URL('../package-lock.json', import.meta.url);
const FOLDER = 'node_modules/';

export function readLock(): Lock {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Lock;
}

/** The entries that the lock lacks, by their place in it. */
export function missingEntries({ packages }: Lock): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};

  for (const [place, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const nested = `${place}/${FOLDER}${name}`;
      const hoisted = `${FOLDER}${name}`;
      if (packages[nested] ?? packages[hoisted]) continue;

      missing[hoisted] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
    }
  }
  return missing;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

/** `@oxlint/binding-linux-x64-musl` says for whom it is. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) {
    throw new Error(`${name} is missing from the lock, and its name does not tell its platform`);
  }

  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : [];
  return { cpu, ...(libc.length > 0 && { libc }), os };
}

if (import.meta.main) {
  const lock = readLock();
  const missing = missingEntries(lock);
  const packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...missing }).toSorted(([one], [other]) =>
      one.localeCompare(other, 'en'),
    ),
  );

  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(`added ${Object.keys(missing).length} entries`);
}
