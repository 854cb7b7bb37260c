import { watch } from 'node:fs';
import path from 'node:path';

/** What server.ts and worker/main.ts are made of; Next itself watches what it renders. */
const FOLDERS = ['api', 'db', 'delivery', 'engine', 'operations', 'worker'];
const FILES = ['lifecycle.ts', 'server.ts', 'settings.ts'];
/** An editor that saves several files, or one in several steps, is one change. */
const SETTLE_MS = 150;

/**
 * Calls back when the code of the processes changed. Not `node --watch`: that closes no channel when its own supervisor is killed, and
 * its children would go on for ever.
 */
export function watchSources(root: string, onChange: () => void): void {
  let settle: NodeJS.Timeout | undefined;

  const changed = (file: string | null): void => {
    if (!file || !/\.(ts|sql)$/.test(file) || file.endsWith('.test.ts')) return;
    clearTimeout(settle);
    settle = setTimeout(onChange, SETTLE_MS);
  };

  for (const folder of FOLDERS) {
    watch(path.join(root, folder), { recursive: true }, (_, file) => changed(file)).unref();
  }
  watch(root, (_, file) => file && FILES.includes(file) && changed(file)).unref();
}
