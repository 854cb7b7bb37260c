/** One Postgres for the whole run of the suite, and in it one migrated database that every test file copies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded, TEST_PARAMETERS } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the migrated template; `freshDatabase` copies it. */
    templateUrl: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(path.join(tmpdir(), 'latchwork-test-'));
  const server = await startEmbedded(path.join(home, 'postgres'), { parameters: TEST_PARAMETERS });

  // Where the run is broken off, nobody tears anything down: the folder may stay, but not the server.
  const breakOff = (): void => void process.kill(server.pid, 'SIGQUIT');
  process.once('exit', breakOff);

  await migrate(server.url);
  project.provide('templateUrl', server.url);

  return async () => {
    process.off('exit', breakOff);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
}
