/** A process whose task never ends: a test kills it. */
import { createWorker } from './worker.ts';

const { LATCHWORK_URL: url = '', LATCHWORK_API_KEY: apiKey = '' } = process.env;

await createWorker({ url, apiKey, works: { a: () => new Promise(() => {}) } }).run();
