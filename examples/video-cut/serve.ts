/** The service as a program: `PORT=8000 node serve.ts`. */
import { findFfmpeg } from '../ffmpeg.ts';
import { createVideoCutService } from './service.ts';

const ffmpeg = await findFfmpeg();
if (ffmpeg === null) {
  console.error('ffmpeg is not on the PATH');
  process.exit(2);
}

const { PORT: port = 8000 } = process.env;
createVideoCutService({ ffmpeg, concurrency: 2 }).server.listen(Number(port), '127.0.0.1', () =>
  console.log(`cuts videos at http://127.0.0.1:${port}`),
);
