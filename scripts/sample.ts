import path from 'node:path';
import { loadSample } from '../examples/image-pipeline/load.ts';
import { ensureSampleKey } from './first_run.ts';
import { localUrl, superviseProgram, type Installation } from './installation.ts';
import type { Supervised } from './supervise.ts';
import { step } from './terminal.ts';

/** The sample goes in through the front door, as anybody's would: an API key, the API, a worker that is a program of its own. */
export async function startSample(installation: Installation): Promise<Supervised> {
  const { database, dataDirectory } = installation;
  const url = localUrl(installation);
  const apiKey = await ensureSampleKey(database.url, path.join(dataDirectory, 'sample-key'));

  await step('Loading the sample workflow', () => loadSample({ url, apiKey }));

  const program = ['--import', './scripts/follow_parent.ts', 'examples/image-pipeline/worker.ts'];
  return superviseProgram(installation, 'sample-worker', program, {
    LATCHWORK_URL: url,
    LATCHWORK_API_KEY: apiKey,
    LATCHWORK_SAMPLE_DIR: path.join(dataDirectory, 'sample'),
  });
}
