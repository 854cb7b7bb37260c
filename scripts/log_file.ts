import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const LIMIT_BYTES = 10 * 1024 * 1024;

/** A log that never takes more than twice its limit: the file, and the one before it under `<file>.1`. */
export class LogFile {
  readonly file: string;
  #size: number;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.file = file;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    if (this.#size > LIMIT_BYTES) {
      renameSync(this.file, `${this.file}.1`);
      this.#size = 0;
    }
    appendFileSync(this.file, `${line}\n`, { mode: 0o600 });
    this.#size += Buffer.byteLength(line) + 1;
  }
}
