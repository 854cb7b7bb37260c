import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A secret that is drawn once and then stays the same, in a file that only its owner reads. Two starts at once agree on one. */
export function keptSecret(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });

  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }

  return readFileSync(file, 'utf8').trim();
}
