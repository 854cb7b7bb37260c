/** Whether a server runs on a data directory, by what it writes there itself. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere } from './read.ts';

/** How often a server that is not our child is looked at. */
const WATCH_MS = 500;
/** Longer than it takes to write the file whole. */
const BEING_WRITTEN_MS = 300;

/** What `postmaster.pid` says, if the process it names lives and is a Postgres. */
export function postmaster(
  data: string,
): { pid: number; port: number; ready: boolean } | undefined {
  // Line by line: pid, data directory, start time, port, socket directory, address, shared memory, state.
  const lines = readIfThere(path.join(data, 'postmaster.pid'))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isSafeInteger(pid) || pid <= 0 || !signal(pid, 0)) return undefined;

  // Empty for a zombie. Where there is no /proc (macOS) the pid alone has to do.
  const command = readIfThere(`/proc/${pid}/cmdline`);
  if (command !== undefined && !command.includes('postgres')) return undefined;

  return { pid, port: Number(lines[3]), ready: lines[7]?.startsWith('ready') ?? false };
}

export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * `postmaster.pid` names a process that is gone, or a zombie its parent has not reaped, or another program (a restarted container
 * counts its pids from the start): Postgres only asks whether the pid lives and would refuse to start for ever.
 */
export async function dropStaleLock(data: string): Promise<void> {
  const lock = path.join(data, 'postmaster.pid');
  if (!existsSync(lock) || postmaster(data)) return;

  await delay(BEING_WRITTEN_MS);
  if (!postmaster(data)) rmSync(lock, { force: true });
}

/** Settles when the server is gone. */
export async function orphanExit(data: string, pid: number): Promise<void> {
  while (postmaster(data)?.pid === pid) {
    await delay(WATCH_MS, undefined, { ref: false });
  }
}
