/**
 * The worker's own folder: one subfolder for each run. Workers on several machines must share it, by a network disk for example.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Task } from './latchwork.ts';

const KEPT_DAYS = 7;

const root = () => resolve(process.env.LATCHWORK_SAMPLE_DIR ?? '.data/sample');

/** Writes a file of the task's run whole or not at all, so that a second attempt may do it again at any time. Answers its path. */
export async function keep(task: Task, name: string, bytes: Buffer): Promise<string> {
  const file = join(root(), task.instanceId, name);
  const unfinished = `${file}.${randomUUID()}`;

  await mkdir(dirname(file), { recursive: true });
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);

  return file;
}

/** Removes the runs of last week. */
export async function forgetOldRuns(now: number): Promise<void> {
  for (const run of await readdir(root()).catch(() => [])) {
    const folder = join(root(), run);
    const { mtimeMs } = await stat(folder);

    if (now - mtimeMs > KEPT_DAYS * 24 * 3600 * 1000) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
