import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;

/** Does the work while no other process of this machine does that of the same file. A lock whose owner died is nobody's. */
export async function withPidLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!take(file)) await pause(LOOK_AGAIN_MS);

  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  mkdirSync(path.dirname(file), { recursive: true });

  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }

  if (!isHeld(file)) rmSync(file, { force: true });
  return false;
}

function isHeld(file: string): boolean {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch (error) {
    // EPERM: it lives, and is another user's. Anything else: it is gone, or the file is, which is as good.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
