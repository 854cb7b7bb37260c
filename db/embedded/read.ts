import { readFileSync } from 'node:fs';

/** ESRCH: a file of /proc whose process ended while it was read. */
const GONE = ['ENOENT', 'ENOTDIR', 'ESRCH'];

/** Undefined if there is no such file. One that may not be read is another matter, and throws. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
