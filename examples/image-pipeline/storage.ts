/**
 * The worker's own folder, with a subfolder for each run. Outputs name files by their path in it, so workers on several machines may
 * share it under different names, as a network disk for example.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { NonRetryableError, type Task } from '../../clients/typescript/src/index.ts';

const KEPT_DAYS = 7;

const root = () => resolve(process.env.LATCHWORK_SAMPLE_DIR ?? '.data/sample');

/** Where a kept file is. An input may come from anywhere, so it may not point outside. */
export function kept(file: string): string {
  const path = resolve(root(), file);

  if (!path.startsWith(root() + sep)) {
    throw new NonRetryableError(`${file} is not a file of this worker`);
  }

  return path;
}

/** Writes a file of the task's run whole or not at all, so that a second attempt may do it again at any time. */
export async function keep(
  task: Pick<Task, 'instanceId'>,
  name: string,
  bytes: Buffer,
): Promise<string> {
  const file = join(task.instanceId, name);
  const path = kept(file);
  const unfinished = `${path}.${randomUUID()}`;

  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);

  return file;
}

/** Removes the runs of last week. */
export async function forgetOldRuns(now: number): Promise<void> {
  for (const run of await readdir(root()).catch(() => [])) {
    const folder = join(root(), run);
    const { mtimeMs } = await stat(folder);

    if (now - mtimeMs > KEPT_DAYS * 24 * 3_600_000) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
