/** `LATCHWORK_URL=… LATCHWORK_API_KEY=… node worker.ts` */
import { createWorker } from '../../clients/typescript/src/index.ts';
import { bcsWorks } from './works.ts';

const { LATCHWORK_URL: url = 'http://localhost:3000', LATCHWORK_API_KEY: apiKey = '' } =
  process.env;
const log = (line: string): void => console.log(line);

await createWorker({ url, apiKey, works: bcsWorks(log), log })
  .stopOn()
  .run();
