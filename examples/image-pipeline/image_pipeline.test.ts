/** The sample as a stranger runs it: loaded over the API, worked by the program that ships. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../clients/typescript/src/index.ts';
import { servedApi } from '../../test/served.ts';
import { loadSample } from './load.ts';

test('the mosaic is made, and what cannot be had is not tried twice', async () => {
  const api = await servedApi();
  expect(await loadSample(api)).toHaveLength(9);
  expect(await loadSample(api)).toEqual([]);
  const folder = mkdtempSync(path.join(tmpdir(), 'latchwork-mosaic-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));

  const worker = spawn(process.execPath, [`${import.meta.dirname}/worker.ts`], {
    env: {
      ...process.env,
      LATCHWORK_URL: api.url,
      LATCHWORK_API_KEY: api.apiKey,
      LATCHWORK_SAMPLE_DIR: folder,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void worker.kill('SIGKILL'));

  const client = createClient(api);
  const run = (objectId: string, input: object) =>
    client.createInstance('image-mosaic', { objectId, input });
  const [mosaic, missing] = await Promise.all([
    run('dew', { sample: 'dew', tileSize: 320 }),
    run('nothing', { image: '/nope.jpg' }),
  ]);
  const [made, failed] = await Promise.all([
    client.waitForInstance(mosaic.id, { everySeconds: 0.2 }),
    client.waitForInstance(missing.id, { everySeconds: 0.2 }),
  ]);

  expect(made.status).toBe('succeeded');
  expect(made.tasks.find(({ key }) => key === 'tiles')?.segments).toMatchObject({ failed: 0 });
  expect(existsSync(path.join(folder, mosaic.id, 'mosaic.png'))).toBe(true);
  expect(failed).toMatchObject({
    status: 'failed',
    error: { task: 'probe', message: 'image.probe: /nope.jpg does not exist' },
  });
  expect(await api.attemptsOf(missing.id, 'probe')).toHaveLength(1);

  const exit = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
