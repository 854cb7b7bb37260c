import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const modern = 'import sys; sys.exit(sys.version_info < (3, 8))';
const missing = spawnSync('python3', ['-c', modern]).status !== 0;

test.skipIf(missing)('the tests of the Python worker pass (Python 3.8 or newer)', () => {
  const { status, stderr } = spawnSync('python3', ['-B', '-m', 'unittest', 'discover'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });

  expect({ status, stderr }).toMatchObject({ status: 0 });
});
