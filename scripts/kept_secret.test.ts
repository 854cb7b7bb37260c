import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptSecret } from './kept_secret.ts';

test('a secret is drawn once, stays the same, and is its owner’s alone', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'new', 'secret');

  const secret = keptSecret(file);

  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(keptSecret(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
