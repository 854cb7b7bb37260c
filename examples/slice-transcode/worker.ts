/** `LATCHWORK_URL=… LATCHWORK_API_KEY=… node worker.ts`: as many as you like. Needs ffmpeg. */
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { createWorker } from '../../clients/typescript/src/index.ts';
import { findFfmpeg } from '../ffmpeg.ts';
import { transcodeWorks } from './works.ts';

const {
  LATCHWORK_URL: url = 'http://localhost:3000',
  LATCHWORK_API_KEY: apiKey = '',
  LATCHWORK_CONCURRENCY: concurrency = availableParallelism(),
  LATCHWORK_TRANSCODE_DIR: folder = '.data/transcode',
} = process.env;

const ffmpeg = await findFfmpeg();
if (ffmpeg === null) {
  console.error('ffmpeg is not on the PATH');
  process.exit(2);
}

const worker = createWorker({
  url,
  apiKey,
  concurrency: Number(concurrency),
  works: transcodeWorks({ ffmpeg, folder: path.resolve(folder) }),
  log: (line) => console.log(line),
});
await worker.stopOn().run();
