import { expect, test } from 'vitest';
import { missingEntries, readLock } from './complete_lock.ts';

test('package-lock.json holds the packages of every platform, as npm ci demands', () => {
  expect(missingEntries(readLock())).toEqual({});
});

test('what is missing is added with its platform', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/darwin-arm64': '1.2.3' },
      },
      'node_modules/@tool/darwin-arm64': { version: '1.2.3' },
    },
  };

  expect(missingEntries(lock)).toEqual({
    'node_modules/@tool/linux-x64-musl': {
      version: '1.2.3',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
  });
});
