import * as fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { freshDatabase } from '../database.ts';
import { Bench } from './bench.ts';
import { commands } from './commands.ts';
import { run } from './run.ts';
import { shape } from './shape.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open(await freshDatabase());
});

afterAll(() => bench.close());

test('the database says what the model says after every step', async () => {
  await fc.assert(
    fc.asyncProperty(shape, commands, (one, list) => run(bench, one, list)),
    {
      numRuns: Number(process.env['FUZZ_RUNS'] ?? 20),
      seed: Number(process.env['FUZZ_SEED'] ?? 1),
      endOnFailure: process.env['NOSHRINK'] !== undefined,
    },
  );
}, 1_000_000);
