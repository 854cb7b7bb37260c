import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first: the halves of the model test, side by side with each other and then with all the rest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, not an array's
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.endsWith('_half.test.ts');

    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: [
      '*.test.ts',
      '{api,app,clients,components,db,delivery,docs,engine,examples,i18n,operations,scripts,test,worker}/**/*.test.{ts,tsx}',
    ],
    globalSetup: ['test/global.ts'],
    setupFiles: ['test/properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // A busy machine is not a failure: what must be fast is measured by `npm run bench`. These limits are for what hangs, so tests set none
    // of their own. A poll gives up before its test, since it knows what it waited for.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Beyond it Postgres would be left behind.
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 90_000, interval: 20 } },
  },
});
