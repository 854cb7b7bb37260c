/**
 * The worker of the sample: `LATCHWORK_URL=… LATCHWORK_API_KEY=… node worker.ts`. Start as many as you like.
 * Ctrl-C or SIGTERM lets it finish what it is at; a second one ends it at once.
 */
import { availableParallelism, hostname } from 'node:os';
import { createWorker } from '../../clients/typescript/src/index.ts';
import { steps } from './steps.ts';
import { forgetOldRuns } from './storage.ts';

const {
  LATCHWORK_URL: url = 'http://localhost:3000',
  LATCHWORK_API_KEY: apiKey,
  LATCHWORK_CONCURRENCY: concurrency = 4 * availableParallelism(),
} = process.env;

if (!apiKey) {
  console.error('LATCHWORK_API_KEY is missing: make one with the scope tasks:report');
  process.exit(2);
}

await forgetOldRuns(Date.now());

const worker = createWorker({
  url,
  apiKey,
  name: `image-worker ${hostname()} ${process.pid}`,
  concurrency: Number(concurrency),
  works: steps,
  log: (line) => console.log(`${new Date().toISOString()} ${line}`),
});

try {
  await worker.stopOn().run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
