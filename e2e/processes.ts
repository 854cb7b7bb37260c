/** Finds the processes of an installation, to kill them. Linux only, as is the suite's machine. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from './fixtures.ts';
import type { Installation } from './installation.ts';

export type ProcessName = 'web' | 'worker' | 'sample-worker' | 'postgres';

const ENTRY_FILES = {
  web: 'server.ts',
  worker: 'worker/main.ts',
  'sample-worker': 'image-pipeline/worker.ts',
} as const;

/** Undefined while it does not run. */
export function pidOf({ supervisor, dataDirectory }: Installation, name: ProcessName) {
  if (name === 'postgres') {
    const lines = read(path.join(dataDirectory, 'postgres', 'data', 'postmaster.pid')).split('\n');
    const pid = Number(lines[0]);
    return isAlive(pid) ? pid : undefined;
  }

  return childrenOf(supervisor.pid ?? 0).find((pid) =>
    read(`/proc/${pid}/cmdline`)
      .split('\0')
      .some((word) => word.endsWith(ENTRY_FILES[name])),
  );
}

/** Waits until it runs: what has died comes back after a pause. */
export async function kill(
  installation: Installation,
  name: ProcessName,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  await expect(() => {
    const pid = pidOf(installation, name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(pid, signal);
  }).toPass();
}

/** A zombie is dead. */
export function isAlive(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`) !== '';
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
