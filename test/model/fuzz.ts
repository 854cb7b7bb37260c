/** Runs by the thousand: one of two halves, which run side by side on databases of their own. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../database.ts';
import { Bench } from './bench.ts';
import { commands } from './commands.ts';
import { run } from './run.ts';
import { drawing } from './shape.ts';

/** Of each half: some minutes on two quiet cores. `npm run fuzz -- --minutes 60` and more for the long one. */
const RUNS = 1_000;
/** Then the shortest failure so far is good enough. */
const SHRINK_MS = 3 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

const { env } = process;

export function fuzz(half: number): void {
  let bench: Bench;
  let failedAt: number | null = null;

  beforeAll(async () => {
    bench = await Bench.open(await freshDatabase());
  });

  afterAll(() => bench.close());

  test(
    'the rows say what the model says after every step, whatever is done and wherever it is cut off',
    async () => {
      const minutes = Number(env['FUZZ_MINUTES'] ?? 0);
      const details = await fc.check(
        fc.asyncProperty(drawing, commands, async (one, list) => {
          if (failedAt !== null && Date.now() - failedAt > SHRINK_MS) {
            return;
          }
          try {
            await run(bench, one, list);
          } catch (error) {
            failedAt ??= Date.now();
            throw error;
          }
        }),
        {
          seed: Number(env['FUZZ_SEED'] ?? 1) + half,
          numRuns: minutes > 0 ? Number.MAX_SAFE_INTEGER : Number(env['FUZZ_RUNS'] ?? RUNS),
          ...(minutes > 0 ? { plugins: [fc.interruptAfterTimeLimit(minutes * 60_000)] } : {}),
          // The first failure as it is, for the impatient.
          endOnFailure: env['FUZZ_SHRINK'] === 'no',
          ...(env['FUZZ_PATH'] === undefined ? {} : { path: env['FUZZ_PATH'] }),
        },
      );
      if (minutes > 0) {
        process.stdout.write(`${details.numRuns} runs with seed ${details.seed}\n`);
      }
      expect(details.failed ? failureOf(details, half) : null).toBeNull();
    },
    LONGEST_MS,
  );
}

type Failure = {
  readonly seed: number;
  readonly counterexamplePath: string | null;
  readonly numRuns: number;
  readonly numShrinks: number;
  readonly errorInstance: unknown;
};

/** The error says what was done; the seed and the path do it again. */
function failureOf(details: Failure, half: number): string {
  const { seed, counterexamplePath, numRuns, numShrinks, errorInstance } = details;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);

  return [
    `run ${numRuns} (seed ${seed}, shortened ${numShrinks} times): ${why}`,
    `again: FUZZ_SEED=${seed - half} FUZZ_PATH=${counterexamplePath ?? ''} npx vitest run test/model/${half === 0 ? 'one' : 'other'}_half.test.ts`,
  ].join('\n');
}
