/**
 * `npm run fuzz`: the model test for as long as you like, with a seed of its own.
 *
 *     npm run fuzz -- --minutes 30        npm run fuzz -- --runs 5000        FUZZ_SEED=7 npm run fuzz
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, runs: { type: 'string' } },
});
const seed = process.env['FUZZ_SEED'] ?? String(Date.now() % 1_000_000_000);
const limit =
  values.runs === undefined
    ? { FUZZ_MINUTES: values.minutes ?? '10' }
    : { FUZZ_RUNS: String(Math.ceil(Number(values.runs) / 2)) };

process.stdout.write(`FUZZ_SEED=${seed}\n`);
const child = spawn('vitest', ['run', 'test/model'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, ...limit, FUZZ_SEED: seed },
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
