import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withPidLock } from './pid_lock.ts';

function lockFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'lock');
}

test('what two want to do at once is done one after the other', async () => {
  const file = lockFile();
  let inside = 0;
  const work = async (): Promise<number> => {
    inside += 1;
    await Promise.resolve();
    const seen = inside;
    inside -= 1;
    return seen;
  };

  expect(await Promise.all([withPidLock(file, work), withPidLock(file, work)])).toEqual([1, 1]);
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that died is taken over', async () => {
  const file = lockFile();
  writeFileSync(file, '2147483647'); // above what any system hands out

  expect(await withPidLock(file, () => Promise.resolve('done'))).toBe('done');
});
