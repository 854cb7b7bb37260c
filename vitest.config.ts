import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '*.test.ts',
      '{api,app,clients,components,db,delivery,docs,engine,examples,i18n,operations,scripts,test,worker}/**/*.test.{ts,tsx}',
    ],
    globalSetup: ['test/global.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine is not a failure: what must be fast is measured by `npm run bench`.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
});
